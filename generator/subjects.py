"""Where a request names its subject, for each kind that has a title."""

import re

_SUBJECT: dict[str, tuple[str, ...]] = {
    "survey": (
        r"(?:^|[.!\n]\s*)(?:survey|questionn?aire|umfrage|fragebogen|befragung)\s*:\s*(?![^.!:\n]{2,80}\?)>",
        (
            r"(?:survey|questionn?aire|umfrage|fragebogen|befragung|feedbackbogen|pulse check|check-?up|"
            r"evaluation)[\s¦]+(?:(?:of|for|der|des|f(?:ü|ue)r)\s+[\w ¦]{2,30}?[\s¦]+)?(?:about|abt|on(?! behalf)|"
            r"regarding|"
            r"re|concerning|"
            r"around|zu[mr]?|(?:ü|ue)ber|bez(?:ü|ue)glich|rund um)\s+>"
        ),
        (
            r"(?:feed-?ba?c?k|opinions?|r(?:ü|ue)ckmeldung\w*|meinung\w*|views?|input)\s+(?:\w+\s+)?(?:about|on|"
            r"regarding|concerning|zu[mr]?|(?:ü|ue)ber|to)\s+>"
        ),
        r"(?:satisf\w+|zufrieden\w*|happy|unhappy)\s+(?:[\w¦]+\s+){0,3}?(?:with|about|mit)\s+>",
        (
            r"(?:makes? of|made of|(?:think|thinks|thought|feels?|felt|say|sagen|halten|haltet|denken|denkt|meinen|"
            r"reckon)\s+(?:about|abt|"
            r"of|on|"
            r"regarding|(?:ü|ue)ber|zu[mr]?|von|vom))\s+>"
        ),
        (
            r"\bwie\b[^.?!]{0,60}?\b(?P<np>(?:die|das|der|den|dem|unser\w*)\s+[^,.?!]{2,40}?)\s+(?:finde\w*|fanden|"
            r"erleb\w*|gefallen|gef(?:ä|ae)llt|gefiel|l(?:ä|ae)uft|lief|ankam|ankommt|war)\b"
        ),
        r"\b(?:wie|ob)\b[^.?!]{0,40}?\bmit\s+(?P<np>[^,.?!]{2,40}?)\s+(?:zurecht|klar|auskommen)\w*",
        r"\bhow\b[^.?!]{0,50}?\b(?:like[ds]?|find|found|liking|enjoyed|experienced?|rate[ds]?)\s+>",
        r"\bhow\s+(?P<np>(?:the|our|my)\s+[^,.?!]{2,40}?)\s+(?:went|goes|was|is going|landed|turned out|feels?|felt)\b",
        r"\bhow\b[^.?!¦]{0,50}?\b(?:with|into|through)\s+(?:the|our|a|an|my)\s+>",
        r"\bdid\s+(?P<np>(?:the|our)\s+[^,.?!]{2,40}?)\s+(?:land|work|go)\b",
        r"\b(?P<np>the\s+[^,.?!¦]{2,30}?)\s+(?:was|went|is over|is done)\b",
        r"\bvo[nm]\s+(?P<np>[^,.?!¦]{2,40}?)\s+(?:haltet|halten|h(?:ä|ae)ltst|denkt)\b",
        r"\b(?:rolled out|launched|introduced|switched to|moved to|installed|set up)\s+(?:a |the |our )>",
        r"(?:wegen|zum thema|zu den themen|on the (?:topic|subject) of|evaluat\w+|concerning|bez(?:ü|ue)glich)\s+>",
        r"\b(?:about|abt|regarding|(?:ü|ue)ber|concerning)\s+>",
    ),
    "rsvp": (
        (
            r"(?:who(?:'s|s| is| all is| of you(?: is)?|ever is)?|wer|how many)\b[^.?!,]{0,30}?\b(?:comes? to|"
            r"coming to|comin to|attends?|attending|joins?|joining|take part in|takes part in|participates? (?:in|"
            r"to|at)|participating (?:in|to|at)|in for|"
            r"kommt[ ¦]*(?:\w+ )?(?:zu[mr]?|mit zu[mr]?)|"
            r"dabei (?:beim|bei der|bei)|nimmt an|teil an|(?:f(?:ä|ae)hrt|geht|macht) mit(?: zu[mr]?| beim?)?|"
            r"come (?:along |over |"
            r"with us )?to|make it to|be at|up for|"
            r"down for|macht mit bei[m]?)\s+>"
        ),
        r"\b(?:lade|laden|eingeladen|einladung|invited?|invites?|invitation)\b[^.!?,¦]{0,30}?\b(?:zu[mr]?|to)\s+>",
        r"\b(?:wir feiern|feiern wir|celebrate|celebrating)\s+>",
        (
            r"\b(?:wer|ob)\b[^.?!]{0,40}?\b(?:am|an der|an dem|beim|bei der|"
            r"zu[mr])\s+(?P<np>[^,.?!¦\"]{3,40}?)[\s¦]+(?:am |an |um )?[\s¦]*"
            r"(?:teil\w+|dabei|kommt|kommen|mit\w+|best(?:ä|ae)tig\w*|erscheint)\b"
        ),
        r"\b(?:are (?:you|u) (?:all )?(?:in|up) for|list for|names? (?:down )?for|head ?count for|"
        r"teilnahme a[mn](?: der)?)\s+>",
        r"\b(?:whether|if|ob)\s+(?P<np>(?!they\b|you\b|we\b|he\b|she\b|it\b|i\b)[^,.?!¦\"]{3,40}?)\s*(?:¦|"
        r"\bsuits?\b|\bpasst\b)",
        (
            r"(?:sign[- ]?ups?(?: sheet| list)?|rsvps?|headcount|head count|guest list|"
            r"attendance(?: list| confirmation)?|registration|register|list of (?:participants|attendees|guests)|"
            r"replies|acceptances|event page|anmeld\w+|teilnehm\w+|zusagen?(?:-liste)?|g(?:ä|ae)steliste|teilnahme|"
            r"r(?:ü|ue)ckmeldung(?:en)?|eintragen|einladung)\s+(?:sheet |list |liste )?(?:for|to|at|f(?:ü|ue)rs?|"
            r"zu[mr]?|an de[rm]|beim?)\s+>"
        ),
        (
            r"(?:hosting|host|running|teaching|offering|giving|organi[sz]ing|organi[sz]e|planning|having|"
            r"hold(?:ing)?|throw(?:ing)?|celebrate|"
            r"invit(?:e|ing|es) [^.,]{0,25}?to|veranstalte\w*|planen|"
            r"laden[^.,]{0,25} zu[mr]?)\s+(?P<np>(?:a|an|the|our|my|ein\w*|unser\w*|die|das|"
            r"den)\s+[^,.?!¦]{2,50}?)(?=\s+(?:for(?! (?-i:[A-Z][a-z]))|on|at|in|am|um|im|f(?:ü|ue)r|ein)\b|"
            r"\s*[,.?!¦]|$)"
        ),
        (
            r"\b(?:our|unser\w*|the|die|das|der)\s+(?P<np>[^,.?!¦\"]{2,40}?)\s+(?:is|are|findet|ist|takes place|"
            r"will be|starts|beginnt|steigt)\b"
        ),
    ),
    "approval": (
        r"\b(?:requests?|anfragen|antr(?:ä|ae)ge) (?:for|f(?:ü|ue)r|auf|of|to) >",
        r"\b(?:anyone|anybody|someone|whoever|jemand|wer)\s+(?:may |can |wants? to |will )?(?:wanting|ordering|"
        r"buying|booking|needing|wants?|orders?|buys?|"
        r"books?|spends? on|"
        r"hires?|requests?|purchases?|takes?|sends?|pays? for)\s+>",
        r"\b(?:before|bevor|ehe|if|when|wenn) (?:they|we|you|i|people|sie|wir|ich|man|jemand) (?:buy|order|book|"
        r"purchase|hire|spend on)\s+>",
        (
            r"\b(?:bevor|ehe|wenn|falls)\s+(?:jemand|man|wer|einer|wir|"
            r"ich)\s+(?P<np>[^,.;:!?¦]{2,40}?)\s+(?:macht|machen|bestell\w*|"
            r"kauf\w*|nimmt|nehmen|buch\w*|ausg\w+|anschaff\w*|einreich\w*)\b"
        ),
        r"\b(?:when(?:ever)?|if|wenn|falls|sobald)\s+(?:an? |any |ein\w* )?\w+\s+(?:wants?|orders?|requests?|"
        r"needs?|asks? for|buys?|"
        r"claims?|submits?|m(?:ö|oe)chte|will)\s+(?:an? |any |ein\w* )>",
        r"\b(?:agree|consent|say yes|zustimm\w*)\s+(?:to|zu[mr]?)\s+(?:every |each |any |all |jede[rm] )?>",
        r"(?:\b(?:the|all|any|every|alle|jede\w*|sollen)\s+|(?:^|[.!?:;]\s+)(?-i:(?=[A-ZÄÖÜ])))(?P<np>[^,.;:!?¦\"]{2,40}?)\s+"
        r"(?:above|over|exceeding|beyond|(?:ü|ue)ber|ab)(?=\s*[\d€$£¦])",
        r"(?:^|[.!?:;]\s+)(?P<np>[^,.;:!?¦\"]{2,40}?)\s+(?:d(?:ü|ue)rfen|darf|sollen|soll|may|can|must)\s+"
        r"(?:[\w-]+ ){0,2}?(?:erst|only)\s+(?:[\w-]+[ ,]+){0,4}?(?:wenn|nachdem|once|after|when|if)\b",
        r"\b(?:genehmigungs(?:prozess|verfahren)|freigabe(?:prozess)?|genehmigung|approval (?:process|(?:work)?flow))"
        r"\s+(?-i:(?=[A-ZÄÖÜ]))>",
        (
            r"(?:approv\w+|authori[sz]\w+|sign[- ]?offs?|confirm\w*|genehmigung\w*|freigabe|genehmigungsverfahren|"
            r"genehmigungsprozess|antragsverfahren|bewilligung)\s+(?:process |workflow |flow |procedure |sheet |"
            r"form )?(?:for|of|f(?:ü|ue)rs?|von|bei|der|des)\s+>"
        ),
        (
            r"(?:workflow|process|procedure|flow|prozess|verfahren|ablauf|prinzip|principle|regel|rule)\s+(?:bei|for|"
            r"f(?:ü|ue)rs?|where|in which|"
            r"zu[mr]?)\s+>"
        ),
        (
            r"(?P<np>[^,.;:!?¦\"]{2,50}?)\s+(?:approvals?|sign[- ]?offs?|authori[sz]ations?|freigaben?|genehmigen|"
            r"genehmigung\w*|freigeben|approvin\w*|beantragen|absegnen)\b"
        ),
        (
            r"\b(?:(?:approve|accept)(?: or \w+)?|authori[sz]e|signs? off(?: on)?|bless|bewilligen|request form for|"
            r"form for)\s+>"
        ),
        r"(?:\bget|\bhave|\blet [\w ]{2,20} request|\bput|\bsubmit|\brequesting|\bbevor|\bbefore)\s+>",
        (
            r"(?:^|\bfor |\bf(?:ü|ue)r |\bwhenever |\bthat |\bdass |\bif |\bwhen |\ball |\bany |\bevery |\balle |"
            r"\bevery single |\bjede\w* )(?P<np>[^,.;:!?¦\"]{2,50}?)\s*(?:\b(?:requests?|antr(?:ä|ae)ge?|over|above|"
            r"exceeding|beyond|more than|ab|(?:ü|ue)ber|costing|worth|must|should|shall|need|needs|needed|gotta|"
            r"have to|has to|had to|go|goes|to be|m(?:ü|ue)ss\w*|brauch\w*|geh\w*|l(?:ä|ae)uft|laufen|soll\w*|"
            r"bed(?:ü|ue)rf\w*|d(?:ü|ue)rf\w*|"
            r"nur|get|gets|are|is|costs?|run|runs|require|requires|want|approved|accepted|genehmigt|werden)\b|[>¦@])"
        ),
    ),
    "form_tracker": (
        r"(?:keep|keeping) (?:a )?(?:track|record|list|log|register)s? of\s+>",
        (
            r"(?P<np>(?<![^\s,.;:!?¦\"])(?:[^\s,.;:!?¦\"]{1,30} ){0,4}?[^\s,.;:!?¦\"]{0,30}(?:tracker|register|log|"
            r"list|"
            r"logbook|inventory|database|"
            r"sheet|board|backlog|pipeline|directory|catalogue|catalog|intake|(?<![a-z])crm|record|book|"
            r"verzeichnis|buch|kartei|liste|"
            r"tabelle|datenbank|bestand|protokoll|zettel|(?:ü|ue)bersicht|erfassung|tracking|journal))\b"
        ),
        (
            r"(?:record|register|log|list|table|database|spreadsheet|excel hell|inventory|collection|tracker|form|"
            r"datenbank|tabelle|liste|verzeichnis|register|(?:ü|ue)bersicht|kartei|formular|sheet)\s+(?:of|for|"
            r"f(?:ü|ue)rs?|der|des|von|(?:ü|ue)ber|zu[mr]?|we use for|where we (?:log|write|track|record))\s+>"
        ),
        (
            r"\b(?:track|log|record|document|collect|register|dump|file|note|write down|jot down|erfassen|sammeln|"
            r"eintragen|"
            r"dokumentieren|notieren|aufschreiben|sign in|write in|enter|submit|reporting|report|tracking|"
            r"logging)\s+(?:my |all |our |alle |"
            r"unsere )?>"
        ),
        r"(?:^|[.!?:;]\s+)(?P<np>[^,.;:!?¦\"]{2,40}?)\s+(?:bitte |please )?(?:als|as an?)\s+"
        r"(?:tabelle|liste|formular|verzeichnis|table|list|form|register|log)\b",
        r"\b(?:can|could)\s+(?P<np>[^,.?!]{2,40}?)\s+(?:get|have)\s+(?:a|their|its|some)\b",
        (
            r"\bgive\s+(?P<np>[^,.?!]{2,40}?)\s+(?:a|an|their|its|some)\s+(?:\w+ )?(?:home|table|list|place|log|"
            r"register|"
            r"tracker|database|sheet)\b"
        ),
        (
            r"\b(?:los(?:e|ing) (?:track of )?|forget(?:ting)? (?:(?:who|which|what|where|wer|was) \w+ )?|"
            r"lose sight of |drown(?:ing)? in |swamped (?:by|with) |"
            r"overview (?:of|over) |mess with |chaos with |den (?:ü|ue)berblick (?:ü|ue)ber |"
            r"durcheinander (?:bei|mit) )>"
        ),
        r"(?P<np>[^,.;:!?¦]{2,40}?)\s+(?:erfass\w+|verwalten|dokumentier\w+|festhalten|sammeln|notieren|"
        r"aufschreiben|auflisten)\b",
        r"\bfor\s+>",
        r"\bf(?:ü|ue)rs?\s+>",
    ),
    "calculator": (
        (
            r"(?P<np>(?<![^\s,.;:!?¦\"])(?:[^\s,.;:!?¦\"]{1,30} ){0,3}?[^\s,.;:!?¦\"]{1,30})[ -](?:calculator|calc|"
            r"converter|calculation|rechner|"
            r"berechnung|estimator|thing(?:y|ie)?|tool|helper|calculater|calculetor|kalkulator)\b"
        ),
        r"\b(?P<np>[A-ZÄÖÜ]?[\w-]+?)(?:rechner|berechnung)\b",
        (
            r"\b(?:how (?:much|many)|wie ?viele?)\s+(?P<np>[^,.;:!?¦\" ]+(?: [^,.;:!?¦\" ]+){0,2}?)\s+(?:an?|the|we|"
            r"i|you|one|each|per|"
            r"ein\w*|man|wir|ich|die|der|das)\b"
        ),
        r"\b(?:how much|wie ?viel)\s+(?P<np>[^,.;:!?¦\" ]+(?: [^,.;:!?¦\" ]+)?)(?=\?)",
        r"\b(?:how (?:high|big|large|much|many)|wie (?:hoch|gro(?:ß|ss)|viel))\s+(?:is|are|ist|sind)\s+(?:the |"
        r"our |der |die |das )?>",
        (
            r"\b(?:how (?:long|far|fast|heavy|big)|wie (?:lange|weit|schwer))\s+(?P<np>(?:an?|the|our|ein\w*|die|"
            r"der|das)\s+[^,.;:!?¦\"]{2,40}?)"
            r"\s+(?:takes?|lasts?|needs?|is|dauert|braucht|ist)\b"
        ),
        (
            r"\b(?:what|how much|was|wie ?viel)\s+(?P<np>(?:(?:a|an|the|our|my|ein\w*|die|der|"
            r"das)\s+)?[^,.;:!?¦\"]{2,40}?)"
            r"\s+(?:costs?|is worth|are worth|comes? to|come out at|weighs?|kostet|kosten|wiegt|wert ist|amounts? to)\b"
        ),
        (
            r"(?:calculator|calc|tool|something|etwas|werkzeug|calculation aid|sums?|maths?|rechner|rechenhilfe|"
            r"berechnung|"
            r"kalkulator|calculation|"
            r"kalkulationshilfe|umrechn\w+)\s+(?:for|of|f(?:ü|ue)rs?|der|des|von|zu[mr]?|called)\s+>"
        ),
        r"(?P<np>[^,.;:!?¦\"=]{2,50}?)\s*=",
        (
            r"(?:calculator|calc|tool|something|thing|app|page|helper)\s+(?:to|that|which)\s+(?:quickly |simply |"
            r"just )?"
            r"(?!(?:calc|comput|work|figure|tell|show|get|let|determine|convert|give|does|do|can|will|use|help|"
            r"take|add)\w*\b)>"
        ),
        (
            r"(?:calculat\w+|comput\w+|work(?:s|ed)? out|figure out|convert|determine|berechne\w*|ausrechnen|"
            r"errechne\w*|ermittel\w*|(?:spits?|spuckt?) (?:out|aus)|see|shows?|gets?|returns?|gives?|"
            r"tells? (?:me|you|us))\s+(?:the |their |our |"
            r"what |how much )?>"
        ),
        (
            r"(?:messages?|questions?|asks?|asked|fragen|anfragen|enquiries)\s+(?:me )?(?:about|on|regarding|zu[mr]?|"
            r"nach|(?:ü|ue)ber|wegen)\s+>"
        ),
        r"(?P<np>[^,.;:!?¦\"=]{2,40}?)\s+(?:be?rechnen|ausrechnen|rechnen|ermitteln|ausgerechnet|kalkulieren|"
        r"absch(?:ä|ae)tzen|sch(?:ä|ae)tzen)\b",
        r"(?P<np>[^,.;:!?¦\"=]{2,40}?)\s+(?:from|aus|out of|given)\s+\w",
    ),
    "checklist": (
        (
            r"(?P<np>(?<![^\s,.;:!?¦\"])(?:[^\s,.;:!?¦\"]{1,30} ){0,4}?[^\s,.;:!?¦\"]{1,30})[ -](?:check-?list|todos?|"
            r"to-?dos?|to-?do list|list|"
            r"steps|checks?|checkliste|liste|schritte|tasks|duties|procedure|aufgaben)\b"
        ),
        (
            r"(?:check-?list|to-?do(?:s| list|-liste)?|todos?|tick(?:-off)? list|task list|"
            r"list of (?:steps|tasks|things|preparations)|prep(?:arations?)?|vorbereitung(?:en)?|\blist(?= for\b)|"
            r"things to (?:tick(?: off)?|check|do|pack|bring|remember)|checkliste|aufgabenliste|pr(?:ü|ue)fliste|"
            r"packliste|"
            r"liste zum abhaken|abhakliste|steps|schritte|preparations|things to (?:do|remember|bring|pack)|tasks|"
            r"aufgaben)\s+(?:of |to do |to remember |to bring )?(?:for|before|after|when|f(?:ü|ue)rs?|zu[mr]?|vor|"
            r"vorm|der|des|bei|beim|of|to)\s+>"
        ),
        (
            r"(?:^|[.!?,¦]\s+)(?:at|f(?:ü|ue)rs?|during|in|beim|bei der|zum|zur|for|before|vor|vorm|nach|after|when|"
            r"whenever)\s+>"
        ),
        r"\b(?:tick(?:ing)? off|abhaken)\s+(?:my|our|the|meine|unsere)\s+>",
        r"\b(?:forget|vergess\w*|remember)(?: \w+)? (?:for|about|before|when|f(?:ü|ue)r|vor|bei[m]?) >",
        r"(?:checkliste|packing list|liste|packliste|check-?list|to-?do-?liste?)\s+>",
    ),
    "faq": (
        r"(?:\bpage|\bguide|\w*seite|\bwiki|\bq ?(?:&|and) ?a|\bthings|\bstuff)\s+(?:page )?(?:for|about)\s+(?:the|"
        r"our)\s+>",
        r"(?:since|after|seit|nach)\s+(?:the |dem |der )?(?:announcement of |start of |news of )?>",
        (
            r"(?P<np>(?<![^\s,.;:!?¦\"])(?:[^\s,.;:!?¦\"]{1,30} ){0,3}?[^\s,.;:!?¦\"]{1,30})[ -](?:faqs?|help page|"
            r"knowledge (?:page|base)|"
            r"hilfeseite|wissensseite|q ?& ?a)\b"
        ),
        r"\b(?:faq-?(?:seite|page)?|hilfeseite|wissensseite)\s+(?-i:(?=[A-ZÄÖÜ]))>",
        r"(?:faqs?)\s+(?:page )?(?:for|f(?:ü|ue)r|zu[mr]?|about|on|regarding|re)\s+>",
        r"(?:\bpage|\bguide|\w*seite|\bwiki|\bq ?(?:&|and) ?a)\s+(?:page )?(?:on|about|for|regarding|zu[mr]?|f(?:ü|"
        r"ue)rs?|(?:ü|ue)ber) >",
        r"(?:rund um|all about|everything about)\s+>",
        r"(?:questions?|enquiries|fragen)\s+(?:about|on|regarding|re|zu[mr]?|(?:ü|ue)ber)\s+>",
    ),
    "retro": (
        (
            r"(?:retro(?:spective|spektive)?|look(?:ing)? back|lessons[- ]learn\w*|post-?mortem|debrief|review|"
            r"reflect\w*|r(?:ü|ue)ckblick|r(?:ü|ue)ckschau|nachbesprechung|zur(?:ü|ue)ck(?:blicken|schauen)?|"
            r"learnings|ceremony|after[- ]action review|board|man(?:ö|oe)verkritik|hindsight)\s+(?:together |board |"
            r"session |meeting |wall |with [^.,]{2,20} )?(?:for|of|on|about|at|over|from|after|f(?:ü|ue)rs?|zu[mr]?|"
            r"auf|(?:ü|ue)ber|nach|aufs|der|des)\s+>"
        ),
        (
            r"\b(?:debrief|reviewing|review|auswerten|reflektieren)\s+(?P<np>(?:the|our|das|die|den|"
            r"unser\w*)\s+[^,.;:!?¦]{2,40}?)(?=\s+(?:with|mit|together|gemeinsam|on|in|for|und|w)\b|[,.;:!?¦]|$)"
        ),
        (
            r"(?:auf|nach|(?:ü|ue)ber)\s+(?P<np>[^,.;:!?¦]{2,40}?)\s+(?:zur(?:ü|ue)ck\w*|"
            r"blicken|schauen)\b"
        ),
        (
            r"(?P<np>[^,.;:!?¦\"]{2,40}?)\s+(?:retro(?:spective|spektive)?|post-?mortem|debrief|review board|"
            r"lessons[- ]learn\w*|wrap-?up|look-?back|r(?:ü|ue)ckblick)\b"
        ),
        (
            r"(?:^|[.!?]\s+)(?P<np>[^,.;:!?¦\"]{2,40}?)\s+(?:went|was|is finally|lief|war|is over|is done|"
            r"has finished|ist vorbei|is behind us|are over)\b"
        ),
        (
            r"(?:now that|nachdem|jetzt wo)\s+(?P<np>(?:the|our|der|die|das|unser\w*)\s+[^,.;:!?¦]{2,40}?)\s+(?:is|"
            r"are|has|have|ist|went|was)\b"
        ),
    ),
}
SUBJECTS = {
    kind: tuple(re.compile(re.sub(r">$", r"(?P<at>)(?=\\S)", one), re.I) for one in group)
    for kind, group in _SUBJECT.items()
}
"""Patterns a kind, best first. `at` marks where the phrase begins, else `np` holds it."""
