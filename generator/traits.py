"""Yes-or-no answers and counts that a request gives in passing."""

import re
from collections.abc import Sequence

from generator import numbers
from generator.found import Found

_N = rf"(?P<n>{numbers.COUNT})"

ANONYMOUS = (
    re.compile(
        r"\banon\w*|\bnothing with names\b|\b(?:un|not |nicht )(?:attributable|attributed|named|zuordenbar)\b|"
        r"\bnamenlos\w*|\bunsigned\b|\bnobody signing[^.;,!?¦]{0,20}|"
        r"\b(?:ohne (?:die )?|keine )namen\b|\bnamen (?:bitte |gern |lieber )*(?:keine|weglassen|weg|raus)\b|"
        r"\bno names?\b(?: on the cards)?|\bnobody'?s names?\b|\bpseudonym\w*|\bsecret(?:ly)?\b(?! santa)|"
        r"\bgeheim\w*|\bnameless\b|"
        r"\bwithout (?:giving |having to give |putting |leaving |using |any )?(?:their |your |any |the )?names?\b|"
        r"\bnobody(?:'s name| (?:has to|should|needs to|need|must|may|can|will|gets to|"
        r"is to))[^.;!?¦]{0,45}(?:name|see|sign|know|visible|who)\w*|"
        r"\bno ?one[^.;,!?¦]{0,40}(?:name|sees? who|sign|know who)\w*|"
        r"\b(?:not|never|nobody|no ?one|can'?t|cannot|without (?:any\w+ )?)\b[^.;,!?¦]{0,30}"
        r"\b(?:see\w*|show\w*|know\w*|visible|trace\w*|tell\w*|find\w* out) who\b[^.;,!?¦]{0,25}|"
        r"\b(?:leave|keep|take|strip) (?:the |their |your |all |any )?names? (?:off|out|away|aside)\b[^.;,!?¦]{0,12}|"
        r"\bnames? (?:stay|are kept|left|kept) (?:out|off|away|hidden)\b[^.;,!?¦]{0,12}|\buntraceable\b|"
        r"\b(?:nicht|ohne)[^.;,!?¦]{0,25}(?:nachvollziehbar|erkennbar|ersichtlich|namensnennung|nennung)\w*"
        r"(?:,? wer\b[^.;,!?¦]{0,25})?|"
        r"\bnames? (?:shall|should|must|may|can|will|are|is|to)? ?(?:not|never) (?:be )?(?:seen|shown|visible|known|"
        r"recorded|stored|"
        r"revealed|published|displayed|needed|required)\b|"
        r"\bnames? (?:hidden|not visible|invisible|withheld|off)\b|"
        r"\bohne (?:dass|das) (?:man|jemand|einer|wer)[^.;!?¦]{0,60}\b(?:wer|antwortet|geantwortet|"
        r"sieht)\b[^.;!?¦]{0,30}?(?:hat|sieht|ist|antwortet|schreibt)?(?=[.,;]|$| und)|"
        r"\b(?:keiner|niemand)[^.;!?¦]{0,30}(?:sehen|sieht|wei(?:ß|ss)|wissen|"
        r"erf(?:ä|ae)hrt)[^.;!?¦]{0,12}wer\b[^.;,!?¦]{0,30}|"
        r"\b(?:nobody|keep|dont|don't) [^.;,!?¦]{0,25}\bnames?\b(?: on (?:it|them))?|\bunattributed\b|"
        r"\br(?:ü|ue)ckschl(?:ü|ue)sse auf[^.;!?¦]{0,40}\b(?:nicht|ausgeschlossen|unm(?:ö|oe)glich|vermieden)\b|"
        r"\bnamen werden (?:[\w-]+ )?nicht (?:erfasst|gespeichert|erhoben|genannt|angezeigt|abgefragt)\b|"
        r"\bkein(?:e|erlei) r(?:ü|ue)ckschl(?:ü|ue)sse auf[^.;,!?¦]{0,40}|"
        r"\bnamen (?:sollen )?(?:nicht|verborgen)\w*(?: sichtbar| zu sehen)?",
        re.I,
    ),
    re.compile(
        r"\b(?:not|nicht|non-?) ?anon\w*|\banonym\w* (?:is |are )?(?:not (?:needed|required|necessary)|"
        r"muss (?:es )?nicht|brauch\w* (?:es )?nicht)(?: sein)?\b|"
        r"\b(?:no|not an?|keine?|nicht) (?:geheim\w*|secret)\b|\b(?:don'?t|do not|"
        r"no need to|needn'?t|not have to|doesn'?t have to|nicht|not|keine?) "
        r"(?:need to |have to )?(?:make |keep |be |want |do )?(?:it |this |that |them )?(?:to )?(?:be )?anonym\w*|"
        r"\b(?:every(?:one|body)|all|we|people|i) (?:can |may |should |want to |wants to |must |"
        r"shall )?(?:be able to )?"
        r"(?:see|know) who\b[^.;,!?¦]{0,30}|"
        r"\b(?:man|alle|jeder|ich|wir) (?:soll|darf|kann|k(?:ö|oe)nnen|d(?:ü|ue)rfen|sollen|will|wollen|m(?:ö|"
        r"oe)chten?) "
        r"(?:ruhig )?(?:sehen|wissen),? wer\b[^.;,!?¦]{0,30}|\bsign(?:ed)? with (?:their |your |the )?names?\b|"
        r"(?<!nothing )(?<!not )\bwith (?:their |your |real |full )*names?\b(?! of\b)|\bmit namen\b|"
        r"\bnamentlich\b|"
        r"\bopen (?:vote|ballot)\b|\boffene abstimmung\b|\bnames (?:visible|shown)\b|"
        r"\bnames are (?:fine|ok|visible)\b|(?<!want )(?<!no )(?<!any )(?<!their )\bnames on\b(?! the)",
        re.I,
    ),
    re.compile(
        r"(?:^|[.;,:!?¦]\s*|\b(?:and|und|but|aber)\s+)(?:the |their |all )*names? (?:should|shall|must|can|may|will|"
        r"have to|"
        r"are to) (?:all )?(?:stay|(?:remain|stand|be|go) (?:on|visible|seen|shown|there|attached|open|known))\b"
        r"(?: (?:on|visible|there)\b)?(?: (?:the|each|every) \w+)?|"
        r"\bno need to hide (?:who|(?:the |their |your |any )?names?)\b[^.;,!?¦]{0,25}|"
        r"\bgeh(?:ö|oe)r(?:t|en) (?:der|die) namen? (?:drauf|dazu|dran|hin)\b|\bnamen? (?:drauf|dran)\b|"
        r"(?:^|[.;,:!?¦]\s*|\b(?:und|aber)\s+)(?:die )?namen (?:d(?:ü|ue)rfen|sollen|k(?:ö|oe)nnen|m(?:ü|ue)ssen) "
        r"(?:ruhig |gern |bitte |schon )?"
        r"(?:dabei ?stehen|dran ?stehen|sichtbar|drauf|stehen bleiben|dabei sein|dabei bleiben)\b(?: (?:sein|"
        r"bleiben))?",
        re.I,
    ),
)
MULTI = (
    re.compile(
        r"\bmultiple (?:choices?|answers?|selections?|options?|votes?|picks?|"
        r"ok)\b(?: (?:allowed|permitted|possible|ok|are \w+))?|\bmulti(?:[- ]?select| ok)?\b|"
        r"\bmore th[ae]n one\b(?: (?:allowed|possible|is fine|ok))?|"
        r"\b(?:(?:tick|pick|choose|select|vote(?: for)?) )?as (?:many|often|much)(?: \w+)? as (?:[\w']+ ){1,3}?"
        r"(?:wants?|likes?|wishe?s?|pleases?|allows?|fits?)\b|"
        r"\b(?:tick|pick|choose|select) (?:several|both|all that|two|a few|any number)\w*|"
        r"\bseveral (?:possible|allowed|answers?|picks|choices|are fine|ok)\b(?: (?:possible|allowed|ok))?|"
        r"\bmehrfach(?:auswahl|nennung\w*|wahl|antworten?|ankreuzen)?\b(?: (?:erlaubt|m(?:ö|oe)glich|ok|geht))?|"
        r"\bmehrere (?:m(?:ö|oe)glich|antworten?|ankreuzen|erlaubt|stimmen|"
        r"termine ankreuzen)\b(?: (?:m(?:ö|oe)glich|erlaubt|ok))?|\bbeliebig viele\b|"
        r"\b(?:man|jede[rs]?|alle) (?:darf|kann|d(?:ü|ue)rfen|k(?:ö|oe)nnen) mehrere?s?\b(?: w(?:ä|ae)hlen|"
        r" nehmen| ankreuzen)?|\b(?:up to )?(?:two|three|four|[2-9]) (?:picks|choices|answers|"
        r"selections)\b(?: each| per \w+)?|"
        r"\b(?:zwei|drei|mehrere|[2-9]) (?:w(?:ä|ae)hlen|ankreuzen|ausw(?:ä|ae)hlen)\b",
        re.I,
    ),
    re.compile(
        r"\b(?:pick|choose|tick|select) one(?: each| only)?(?=\s*(?:[,.;!?¦)]|$))|\b(?:just|"
        r"only) one\b(?: \w+)?(?: (?:each|per \w+|possible))?|"
        r"\bsingle[- ](?:choice|select|answer|vote)\b|(?<!than )\b(?:one|1|a single) (?:choice|pick|vote|answer|"
        r"selection|tick|click|"
        r"option)\b(?: (?:each|per \w+|only|possible|a head|apiece))?|\b(?:one|1) each\b|\b(?:pick|choose|tick|"
        r"take) just one\b|"
        r"\b(?:einer?|jeder?) nur eine?[ns]?\b|"
        r"\b(?:nur |jede[rsn]? |genau )?eine (?:einzige )?(?:stimme|antwort|auswahl|"
        r"wahl)\b(?: (?:pro|je|f(?:ü|ue)r) \w+)?|\bnur ein(?:s|e|en|mal)?\b(?: (?:ankreuzen|w(?:ä|ae)hlen))?|"
        r"\beinfachauswahl\b|\bno multiple\b|\bkeine mehrfach\w*",
        re.I,
    ),
)
PLUS_ONES = (
    re.compile(
        r"(?<!\w)\+ ?1'?s?\b(?: (?:welcome|ok|allowed|are \w+))?(?: ofc)?|"
        r"\bplus[- ]?ones?\b(?: (?:welcome|ok|allowed|are \w+))?|"
        r"\bbring (?:a |an |your |ur |yr |one |some|along |their |the )*(?:guest|friend|partner|plus one|"
        r"companion|kid|famil|"
        r"someone|somebody|whoever|anyone|whomever|other half|(?:better|other) halves|spouse|mate|date|colleague|"
        r"client|buddy|bestie|boo|child|wife|wives|husband|missus|dog)\w*[^.,;!?¦]{0,25}|"
        r"\b(?:partners?|guests?|famil(?:y|ies)|spouses?|kids|children|friends|other halves|"
        r"significant others)(?: (?:and|\+|&) \w+)? (?:are )?(?:(?:also|very|totally|most|always) )*(?:welcome|"
        r"allowed|invited|can come|ok)\b|"
        r"\b(?!everyone|everybody|all|you|they|we|who|staff|colleagues|suggestions|ideas|questions)[a-z]+(?:s|ren|men)"
        r"(?: and [a-z]+)? are (?:[a-z]+ ){0,2}(?:welcome|allowed)\b(?: (?:to|too|as well)\b[^.,;!?¦]{0,30})?|"
        r"\bmay (?:each )?bring (?:one|a|along)\b[^.,;!?¦]{0,25}|"
        r"\b(?:mit )?begleit\w+(?: (?:ist |sind )?(?:willkommen|erlaubt|gern\w*|ok|erw(?:ü|ue)nscht|"
        r"m(?:ö|oe)glich|gestattet|zugelassen))?|\b(?:partner\w*|freunde?|familie\w*|kinder|g(?:ä|ae)ste|anhang|"
        r"wen)[^.,;!?¦]{0,30}(?:mitbringen|willkommen|d(?:ü|ue)rfen mit|mitgebracht|erlaubt|erw(?:ü|ue)nscht|k(?:ö|"
        r"oe)nnen mit)\b|"
        r"\bmit (?:partner|familie|anhang)\b",
        re.I,
    ),
    re.compile(
        r"\b(?:no|without|not bring|don't bring|keine?|ohne) (?:any |extra |additional |further |weitere[nr]? )*"
        r"(?:\+ ?1s?|plus[- ]?ones?|guests?|partners?|(?:extra )?friends|"
        r"companions?|famil\w+|begleit\w*|g(?:ä|ae)ste|partner\w*|anhang)\b(?: (?:this time )?please)?|"
        r"\bbegleit\w+ (?:mitzubringen )?(?:ist|sind)\b[^.,;!?¦]{0,20}\bnicht (?:m(?:ö|oe)glich|gestattet|vorgesehen|"
        r"erlaubt)|"
        r"\b(?:guests?|companions?|partners?|spouses?)\b[^.;!?¦]{0,12}\b(?:cannot|can't|can not|may not) be "
        r"(?:brought|accommodated|admitted|invited)\b|"
        r"\b(?:plus[- ]?ones?|\+1s?|guests?|partners?|begleit\w+|g(?:ä|ae)ste) (?:are |is |sind |ist |"
        r"leider )*(?:not|nicht)\b(?: \w+)?|"
        r"\b(?:spouses?|famil(?:y|ies)|children|kids|friends|companions?|husbands|wives) (?:are |is |cannot |can )?"
        r"(?:unfortunately |sadly )?not\b(?: \w+)?|"
        r"\b(?:staff|members|employees|team|colleagues) only\b|\bnur (?:f(?:ü|ue)r )?(?:mitarbeiter|mitglieder)\w*",
        re.I,
    ),
)

_PEOPLE = (
    r"(?:people|persons?|ppl|guests?|seats?|spots?|places?|slots?|pax|participants?|attendees|heads|mats|mann|"
    r"leuten?|personen|pl(?:ä|ae)tzen?|teilnehmer\w*|g(?:ä|ae)sten?|k(?:ö|oe)pfe|members?|folks|of us|chairs|"
    r"humans|bodies|tickets?|men|women)"
)
_CAPACITY = (
    re.compile(
        r"\b(?:(?:up to|max(?:imum|imal|\.)?|at most|limited to|limit(?: of)?|limit is|no more than|not more than|"
        r"capacity|capped at|cap it at|cap at|cap|we are|wir sind|room for|space for|seats for|places for|spots for|"
        r"h(?:ö|oe)chstens|bis zu|"
        r"maximal|nicht mehr als|begrenzt auf|platz f(?:ü|ue)r|pl(?:ä|ae)tze f(?:ü|ue)r|boote f(?:ü|ue)r|"
        r"squeeze in|allows? for|fits?|seats|holds?|can (?:only )?(?:take|receive|host|seat|fit)|accommodates?|"
        r"only have|fasst|"
        rf"kapazit(?:ä|ae)t|(?:reicht|langt|gen(?:ü|ue)gt) f(?:ü|ue)r|not exceed)(?: of| von|:| is| ist| at)?)"
        rf"(?: about| around| roughly| some| etwa| rund| ca\.?)? {_N}(?: {_PEOPLE}\b)?",
        re.I,
    ),
    re.compile(rf"{_N} ?(?:max(?:imum|imal)?|tops|at most|h(?:ö|oe)chstens)\b(?: please)?", re.I),
    re.compile(
        r"\b(?:(?:places|seats|chairs) number|number of (?:participants|places|seats|people|guests)|(?:teilnehmer|"
        r"personen)zahl)"
        rf"(?: is| ist|:| =)* {_N}",
        re.I,
    ),
    re.compile(
        rf"\b(?:only|just|nur) (?:have|got|haben|hab)?\b ?(?!room|space|platz|time)[\w-]+(?: [\w-]+)? "
        rf"(?:for|f(?:ü|ue)r) {_N}(?: {_PEOPLE})?(?=\s*(?:[,.;!?¦)]|$))",
        re.I,
    ),
    re.compile(rf"\bauf {_N}(?: {_PEOPLE})? (?:begrenzt|beschr(?:ä|ae)nkt|limitiert)", re.I),
    re.compile(
        rf"\bmehr als (?P<m>{numbers.COUNT})(?: \w+)? (?:passen|gehen|haben|gibt|sind|k(?:ö|oe)nnen|d(?:ü|"
        rf"ue)rfen)[^.;!?]{{0,20}}\bnicht\b",
        re.I,
    ),
    re.compile(rf"{_N}(?: \w+)? (?:passen|d(?:ü|ue)rfen|k(?:ö|oe)nnen) (?:rein|hinein|mit|kommen|teilnehmen)", re.I),
    re.compile(
        r"(?:\b(?:only|just|nur|for|f(?:ü|ue)r|with|mit|we have|there are|es gibt|exactly|"
        rf"brauchen)\s+)?{_N}(?: (?:available|free|freie))? {_PEOPLE}\b(?: (?:max(?:imum|imal)?|only|tops|at most|"
        r"h(?:ö|oe)chstens|available))?",
        re.I,
    ),
    re.compile(rf"{_N} (?!per\b|each\b)[a-z]+s (?:only|max|tops)\b", re.I),
    re.compile(rf"{_N} only\b|\bonly {_N.replace('<n>', '<m>')}\b(?! (?:per|each|pro))", re.I),
)
_QUESTIONS = re.compile(
    r"(?:\bwith |\bmit )?(?:about |around |maybe |some |exactly |ungef(?:ä|ae)hr |etwa |circa |ca\.? |"
    rf"so )?{_N}[- ](?:(?:short|brief|quick|open|simple|little|multiple[- ]choice|kurze[nr]?|einfache[nr]?|"
    r"offene[nr]?) )*(?:questions?|quest(?!ionn?aire)\w+|qs\b|q\b\.?|items?|things? to (?:answer|ask)|"
    r"fragen)\b(?: (?:is plenty|will do|would suffice|tops|max|reichen|gen(?:ü|ue)gen|in total|please))?",
    re.I,
)
_VOTES = re.compile(
    r"(?:\b(?:each (?:person|one|participant|of us)?|everyone|everybody|jede[rsn]?|people)\s+(?:person |"
    rf"one )?(?:has|have|gets?|having|hat|bekommt|kriegt)?\s*)?{_N} (?:votes?|dots?|points?|upvotes|stimmen?|"
    r"(?:klebe)?punkte?|dot votes|stickers?)\b(?: (?:each|per (?:person|head|participant|nose|member|user)|a head|"
    r"a person|apiece|pro (?:person|kopf|nase|teilnehmer|mann)|je (?:person|teilnehmer|kopf)|f(?:ü|ue)r jeden|"
    r"jeder|for everybody|for each))*|\bvotes?(?: per person| each)?(?: limited to|:| =|"
    rf" is)? (?P<m>{numbers.COUNT})\b",
    re.I,
)
_EACH = (
    r"(?:each|(?:per|pro|je) (?!hour|day|month|slot|booking|stunde|tag|monat|buchung|termin|cent)\w+|"
    r"a (?:person|head|week)|p\.?/?p\.?(?!\w)|apiece|for (?:everyone|any \w+(?: person)?|each(?: \w+)?))"
)
_THING = (
    r"(?:bookings?|reservations?|slots?|spots?|spaces?|desks?|rooms?|times?|appointments?|buchung(?:en)?|"
    r"reservierung(?:en)?|termine?|pl(?:ä|ae)tze?|mal|bikes?|at a time|gleichzeitig|of them|items?|devices?|"
    r"cars?|ger(?:ä|ae)te?|go(?:es)?|turns?|visits?|sessions?|seats?|tickets?|claims?|time)"
)
_PER_PERSON = (
    re.compile(
        rf"\b(?:more than|mehr als) (?P<n>{numbers.COUNT})(?: {_THING})+(?: {_EACH})+[^.;!?¦]{{0,25}}\b(?:not|nicht)\b"
        r"(?: sein)?",
        re.I,
    ),
    re.compile(
        r"(?<!\bhave )(?<!\bhas )(?<!\bgot )(?<!\bare )(?<!\bhaben )(?<!\bgibt )(?<!\bgibt es )"
        r"\b(?:max(?:imum|imal|\.)?|at most|up to|(?:no|not|never) more than|only|just|limit(?:ed)?(?: to| of)?|"
        r"h(?:ö|oe)chstens|maximal|nur|bis zu|nicht mehr als) (?:(?:pro|per|je) \w+ (?:nur |max\.? |"
        rf"h(?:ö|oe)chstens )?)?(?P<n>{numbers.COUNT}|einmal|zweimal|dreimal|once|"
        r"twice)(?! ?(?:min|h\b|hours?|hrs?|stunden|days?|tage?))(?: (?:active |open |aktive |"
        rf"offene ))?(?: {_THING})*(?: {_EACH})*",
        re.I,
    ),
    re.compile(
        rf"(?P<n>{numbers.COUNT}|einmal|zweimal|dreimal|once|"
        rf"twice)(?: (?:active |open ))?(?: {_THING})*(?: a (?:day|week|month))?(?: at most|"
        rf" max)? (?:{_EACH})(?: {_EACH})*",
        re.I,
    ),
    re.compile(
        r"\b(?:jede[rsn]?|no (?:group|team|user|person|lab|class|family)|everyone|everybody|each (?:person|one|"
        r"of us|user|member)|each|a person|person|nobody|"
        r"per (?:person|head|user)|pro (?:person|kopf|nase))(?: (?:may|can|hold|take|darf|kann|gets?|has|have|books?|"
        r"bekommt|hat|only|just|nur))*(?: (?:max\.?|maximal|h(?:ö|oe)chstens|at most|no more than|up to|only|have|"
        rf"more than|book))* (?P<n>{numbers.COUNT}|einmal|zweimal|once|"
        rf"twice)(?! ?(?:min|h\b|hours?|hrs?|stunden?|days?|tage?))(?: {_THING})*(?: at most| max)?",
        re.I,
    ),
)
_TIMES = {"einmal": 1, "once": 1, "zweimal": 2, "twice": 2, "dreimal": 3}


def find_flag(text: str, yes_no: Sequence[re.Pattern[str]]) -> Found[bool] | None:
    """Whether the text says so, says not so, or says nothing. A "not so" beats a "so", which beats what only hints that
    it is not so, the third pattern where there is one."""
    yes, no, *hints = yes_no
    if match := no.search(text):
        return Found(False, match.start(), match.end())
    if match := yes.search(text):
        return Found(True, match.start(), match.end())
    hint = next((found for one in hints if (found := one.search(text))), None)
    return Found(False, hint.start(), hint.end()) if hint else None


def find_capacity(text: str) -> Found[int] | None:
    """How many people fit."""
    return _first(text, *_CAPACITY)


def find_question_count(text: str) -> Found[int] | None:
    """How many questions are wanted; "a few" is not a number."""
    return _first(text, _QUESTIONS)


def find_votes(text: str) -> Found[int] | None:
    """How many votes each person has."""
    return _first(text, _VOTES)


def find_per_person(text: str) -> Found[int] | None:
    """How many reservations one person may have."""
    return _first(text, *_PER_PERSON)


_AT_LEAST = re.compile(
    r"\b(?:at least|minimum(?: of)?|min\.?|mind\.|mindestens|"
    r"(?<!no )(?<!not )(?<!never )(?<!nobody )(?<!no one )(?<!may hold )(?<!can hold )(?<!may have )(?<!may take )more "
    r"than|(?<!nicht )(?<!keiner )(?<!niemand )mehr als)\s*$",
    re.I,
)


def _first(text: str, *patterns: re.Pattern[str]) -> Found[int] | None:
    for pattern in patterns:
        for match in pattern.finditer(text):
            groups = match.groupdict()
            said = (groups.get("n") or groups.get("m") or "").casefold()
            number = _TIMES.get(said) or numbers.count(said)
            least = _AT_LEAST.search(text[: match.start("n" if groups.get("n") else "m")])
            if number and (not least or re.search(r"\bnicht\b", match[0], re.I)):
                return Found(number, match.start(), match.end())
    return None
