"""Words that speak for a kind, in English and German: the router's hints where the embedding knows little German."""

import re

_CUES: dict[str, tuple[str, ...]] = {
    "survey": (
        (
            r"survey|questionn?aire|\bpulse\b|\bnps\b|likert|evaluat(?:e|ion)|umfrage|fragebogen|befrag|stimmungsbild|"
            r"evaluation"
        ),
        (
            r"feed-?ba?c?k|opinion|satisf|r(?:ü|ue)ckmeldung|meinung|zufrieden|how .{0,40}\b(?:feel|felt|like|find)|"
            r"wie .{0,60}\b(?:finde|fand|gefall)"
        ),
        r"(?:\d+|few|several|\w+) (?:short |open |little )?(?:questions?|qs?\b|things to answer)|fragen\b",
        r"\?[^?]{3,120}\?",
    ),
    "poll": (
        r"\bpoll\b|\bvot(?:e|es|ing|ed)\b|ballot|abst(?:i|ä)mm|stimmt|\bwahl\b|w(?:ä|ae)hlen|votum|majority|mehrheit",
        r"\bwhich\b|\bwelche[rsn]?\b|choose|\bpick\b|decide|entscheid|prefer|\bor\b.{0,30}\?|\boder\b",
        (
            r"single choice|multiple choice|tick (?:more|both|several)|mehrfach|one pick|eine stimme|more than one|"
            r"\boptions?\b|optionen"
        ),
        r"\b\w+ ?(?:/|vs\.?) ?\w+",
    ),
    "rsvp": (
        (
            r"rsvp|sign[- ]?up|signup|headcount|head count|attend|attendance|register for|registration|teilnehm|"
            r"teilnahme|anmeld|zusage"
        ),
        (
            r"who(?:'s|s| is| all is|ever| of you| will| can)? ?(?:is |be |from \S+ )?(?:com(?:ing|es|e)|joins?|"
            r"joining|in\b|down|make it)|wer .{0,40}(?:kommt|dabei|f(?:ä|ae)hrt mit|nimmt)|eintragen|tragt euch"
        ),
        r"guests?\b|\+ ?1|plus ?ones?|seats?|spots|places|pl(?:ä|ae)tze|invit|einlad|capacity|begleit",
        (
            r"party|dinner|lunch|breakfast|workshop|webinar|seminar|feier|fest\b|grill|training|course|kurs|meet-?up|"
            r"drinks|picnic|hike"
        ),
    ),
    "approval": (
        (
            r"approv|genehmig|freigabe|freigeben|sign(?:s|ed)?[- ]off|sign off|authori[sz]|bewillig|absegn|zustimm|"
            r"green light|four[- ]eyes|vier[- ]augen"
        ),
        (
            r"accepts? or rejects?|(?:yes|ok|okay|blessing|nod) from|\boks?\b|unterschr|entscheidet|antr(?:a|ä)g|"
            r"must agree|say yes|permission|\bbless(?:es|ed)?\b|\bnods?\b|grants?\b"
        ),
        r"requests?\b|expense|purchase|leave|spending|bestellung|urlaub|invoice|rechnung",
        r"(?:over|above|exceed\w*|beyond|more than|ab|(?:ü|ue)ber) ?(?:[$€£]|usd|eur|gbp)? ?\d",
        (
            r"@\S+.{0,30}(?:then|dann|danach|first|zuerst|both|beide|either|entweder)|"
            r"\bone (?:of them )?(?:suffices|is enough|will do)|einer (?:reicht|gen(?:ü|ue)gt)"
        ),
    ),
    "form_tracker": (
        (
            r"tracker|\btrack\b|register\b|database|\blog\b|logbook|inventory|record of|table of|datenbank|"
            r"verzeichnis|tabelle|erfass|\bbuch\b|\w+buch\b|inventar|bestand|register"
        ),
        r"spreadsheet|excel|xlsx|columns?\b|fields?\b|felder|spalten|crm",
        (
            r"serial|e-?mail|website|phone|status|severity|checkbox|tickbox|\(date|owner|notes|bemerkung|datum|"
            r"h(?:ä|ae)kchen"
        ),
        r"write down|jot|keep track|record\b|collect all|eintragen|aufschreiben|melden",
    ),
    "calculator": (
        r"calcul|\bcalc\b|comput|work out|works? it out|rechner|rechenhilfe|berechn|ausrechn|umrechn|kalkul|convert",
        r"=|\btimes\b|divided by|multipl|\bmal\b|\bdurch\b|\+ \w| \* | / \d",
        (
            r"formula|formel|percent|prozent|\brate\b|total|net\b|vat\b|roi\b|comes? out|herauskommen|rauskommen|"
            r"ergibt|betrag"
        ),
        r"\b(?:enter|type|types|typing|put in|key in)\b|eingeb|eingegeben|eintippen",
    ),
    "checklist": (
        (
            r"check ?list|to-?do|todos?\b|tick(?:ed|ing)? (?:list|off|each|them)|tick list|abhak|checkliste|"
            r"aufgabenliste|packliste|pr(?:ü|ue)fliste|einkaufsliste"
        ),
        (
            r"steps?\b|schritte|tasks|aufgaben|packing|things to|to bring|don'?t forget|vergess|mark (?:each|as|them)|"
            r"must be done|erledig"
        ),
        r"onboarding|release|go-?live|audit|closing|opening|einarbeitung|before|bevor",
    ),
    "oncall_rota": (
        (
            r"on-?call|\brota\b|roster|rotation|rotat|pager|bereitschaft|dienstplan|\w+dienst\b|\bduty\b|standby|"
            r"reihum|im wechsel"
        ),
        (
            r"take turns|by turns|in turn|turns?\b|altern|wechsel|abwechs|round robin|goes? round|passes?|"
            r"different person|wer anders|jede woche"
        ),
        (
            r"weekly|daily|monthly|fortnight|each week|every (?:week|day|month)|w(?:ö|oe)chentlich|t(?:ä|ae)glich|"
            r"monatlich|a (?:week|month) at a time"
        ),
        r"hand-?over|hand-?off|change ?over|(?:ü|ue)bergabe",
        r"@\S+[, ]+(?:and |und |then )?@\S+[, ]+(?:and |und |then )?@\S+",
    ),
    "faq": (
        (
            r"\bfaqs?\b|frequently asked|knowledge (?:page|base)|q ?& ?a|wissens|h(?:ä|ae)ufige|answers? page|"
            r"answer page|help page|hilfeseite|nachschlag|wiki"
        ),
        (
            r"same (?:\w+ )?(?:question|thing|stuff)|keep(?:s)? (?:asking|askin)|asks? me|common questions|dieselb|"
            r"gleiche[n]? frage|dasselbe|enquir|repl(?:y|ies)|antworten|answers"
        ),
        r"one (?:place|page|spot)|einer? (?:seite|stelle|ort)|look it up|topics|themen|covering|current",
    ),
    "retro": (
        (
            r"\bretro|retrospect|look(?:ing)? back|lessons? learn|post-?mortem|debrief|r(?:ü|ue)ckblick|"
            r"zur(?:ü|ue)ck(?:blick|schau)|r(?:ü|ue)ckschau|nachbesprech|reflect|hindsight|review board|"
            r"man(?:ö|oe)verkritik"
        ),
        r"\bcolumns?|\blanes?|spalten|cards?\b|karten|notes under|board",
        r"votes?(?: each| per| a head)|stimmen pro|went well|to improve|start.{0,4}stop|mad.{0,3}sad|sprint|iteration",
    ),
    "standup": (
        r"stand-?up|check-?in|\bdaily\b|status|scrum|tagesbericht|updates?\b",
        (
            r"(?:every|each|jeden?|jeder) (?:week)?(?:day|morning|monday|tuesday|wednesday|thursday|friday|werk)?|"
            r"weekdays|werktags|mon(?:day)? ?(?:-|to|through|bis) ?fri|montags|mo ?- ?fr|mondays|montag bis freitag"
        ),
        r"yesterday|blocker|blocks?\b|stuck|gestern|blockier|plan for|priorit",
        r"\bask\b|\bping\b|\bprompt\b|\bfrag\w*|abfrage|remind",
    ),
    "booking": (
        r"\bbook|reserv|buch(?:en|bar|ung)|ausleih|leihen|\bloan|lend|hire\b|rental|borrow",
        (
            r"slots?\b|time slot|per person|pro person|each person|max(?:imum)? ?(?:one|two|\d)|bookable|hourly|"
            r"stundenweise|tageweise|by the (?:hour|day)"
        ),
        (
            r"desks?\b|rooms?\b|parking|spaces?|equipment|cars?\b|bikes?|stellpl|raum|r(?:ä|ae)ume|schreibtisch|"
            r"projector|beamer|vehicle|fahrzeug|printer|bench"
        ),
    ),
    "decline": (
        (
            r"system ?prompt|previous instructions|anweisungen|password|passwort|api.?key|audit log|admin\b|"
            r"production server|prod\b|firmware|\bcsv\b|attach|anhang"
        ),
        (
            r"write (?:me |us )?an? |draft an? |translate|summari|(?:ü|ue)bersetz|verfass|formulier|aufsatz|essay|"
            r"poem|script|skript|joke|witz"
        ),
        r"weather|wetter|flight|restaurant|hotel|alarm|timer|song|recipe|traffic|bank|credit|calorie",
        r"monitor|watch over|spy|secretly|heimlich|scrape|crawl|inbox|mailbox",
        r"^(?:how|why|wie|warum|weshalb|woran) (?:is|are|do|does|did|wird|werden|ist|sind|hat|"
        r"funktionier\w*)\b[^,:\n]*\?$",
        (
            r"^(?:what|who|how|when|where|is|are|do|does|can|did|was|wie|wer|wo|wann) (?:is|are|was|the|my|do|did|"
            r"many|much|old|far|i|you|long)\b"
        ),
        (
            r"\b(?:transfer|pay|wire|(?:ü|ue)berweis|phone|call|telephone|restart|reboot|neustart|delete|drop|wipe|"
            r"l(?:ö|oe)sch)\w*"
        ),
    ),
    "vague": (
        r"\bsomething\b|\bsmth\b|\bsomethin\b|irgendwas|irgendeine|\bwas f(?:ü|ue)rs?\b|\betwas\b|anything",
        (
            r"\ba tool\b|\ban app\b|\bne app\b|\bapplication\b|anwendung|\bein tool\b|werkzeug|solution|l(?:ö|oe)sung|"
            r"\bsystem\b"
        ),
        r"simple|einfach|cool|nice|nett|modern",
    ),
}
_SHAPES = (
    r":\s*\S[^:]*[,/;][^:]*",
    r"[^,\n]+,[^,\n]+,[^,\n]+",
    r"\n\s*(?:[-*•]|\d[.)])\s.*\n\s*(?:[-*•]|\d[.)])\s",
    r"\([^()]+,[^()]+,[^()]+\)",
    r"->|=>",
    r"@\S+[^@]+@\S+",
    r"#[a-z]",
    r"\?[^?]+\?",
    r"\w+\??\s*[:,]\s*[^,:]+,? (?:or|oder) [\w' ]+",
    r"\b(?:anon\w*|no names|nobody|keiner|max\.? ?\d+|\d+ ?max|until|closes?|each|jeder|per person|pro person)\b",
)
"""How requests look, whatever they are about: lists, people, channels, limits."""
_PATTERNS = tuple(re.compile(one, re.IGNORECASE) for group in (*_CUES.values(), _SHAPES) for one in group)

COUNT = len(_PATTERNS)


def cues(text: str) -> list[bool]:
    """Which cues the text shows, in a fixed order; `COUNT` of them."""
    return [bool(pattern.search(text)) for pattern in _PATTERNS]
