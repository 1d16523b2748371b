"""Yes-or-no answers that a request gives in passing."""

import re
from collections.abc import Sequence

from generator.found import Found

ANONYMOUS = (
    re.compile(
        r"\banon\w*|\bnothing with names\b|\b(?:un|not |not be |nicht )(?:attributable|attributed|named|zuordenbar)\b|"
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
        r"\bspare \w+ (?:from )?(?:having to )?(?:sign|giv)\w*\b[^.;,!?¦]{0,25}|"
        r"\bnamen (?:sollen|d(?:ü|ue)rfen|m(?:ü|ue)ssen|werden|tauchen)\b[^.;,!?¦]{0,40}\bnirgend\w*\b[^.;,!?¦]{0,20}|"
        r"\bnames? (?:shall|should|must|may|can|will|are|is|to)? ?(?:not|never) (?:to )?(?:be )?"
        r"(?:seen|shown|visible|known|recorded|stored|revealed|published|displayed|needed|required)\b|"
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
        r"\bopen (?:vote|ballot)\b|\boffene abstimmung\b|\bnames (?:of \w+ )?(?:visible|shown)\b|"
        r"\bnames are visible\b|"
        r"\bnames? (?:are|is) (?:(?:quite|perfectly|absolutely|totally|all) )*(?:fine|ok(?:ay)?|right|alright|"
        r"no problem)\b|(?<!any )(?<!no )(?<!without )\bnames? attached\b|"
        r"\b(?:cards?|answers?|notes?|replies) (?:carr(?:y|ies)|bears?|shows?) (?:the |their |your |each )?"
        r"(?:\w+'s? )?names?\b|(?<!want )(?<!no )(?<!any )(?<!their )\bnames on\b(?! the)",
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
        r"(?:ruhig |gern |bitte |schon |dabei )*"
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
        r"\b(?:tick|pick|choose|select) as many as\b|"
        r"\b(?:(?:tick|pick|choose|select|vote(?: for)?) )?as (?:many|often|much)(?: \w+)? as (?:[\w']+ ){1,3}?"
        r"(?:wants?|likes?|wishe?s?|pleases?|allows?|permits?|fits?)\b|"
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
        r"\b(?:can'?t|cannot|not|never|nobody (?:may|can)) (?:pick|choose|tick|select|vote for) more th[ae]n one\b|"
        r"\b(?:picks?|chooses?|ticks?|selects?) one(?: each| only)?(?=\s*(?:[,.;!?¦)]|$))|\b(?:just|"
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
        r"someone|somebody|whoever|anyone|whomever|other half|(?:better|other) hal(?:ve|f)s|spouse|mate|date|colleague|"
        r"client|buddy|bestie|boo|child|wife|wives|husband|missus|dog)\w*[^.,;!?¦]{0,25}|"
        r"\b(?:jede[rsm]?|alle|ihr|man) (?:darf|kann|d(?:ü|ue)rft|k(?:ö|oe)nnt|d(?:ü|ue)rfen|k(?:ö|oe)nnen) "
        r"(?:gern\w* |ruhig |noch |auch )*(?:einen?|jemand\w*|eine person|wen) mitbringen\b|"
        r"\b(?:partners?|guests?|famil(?:y|ies)|spouses?|kids|children|friends|other hal(?:ve|f)s|"
        r"significant others)(?: (?:and|\+|&) \w+)? (?:are )?(?:(?:also|very|totally|most|always) )*(?:welcome?|"
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
        r"\bbring(?:ing)?\b[^.,;!?¦]{0,30}\b(?:is|are) (?:sadly |unfortunately )?not (?:allowed|possible|permitted)\b|"
        r"\b(?:no|without|not bring|don't bring|keine?|ohne) "
        r"(?:(?:any|an?|your|their|extra|additional|further|weitere[nr]?) )*"
        r"(?:\+ ?1s?|plus[- ]?ones?|guests?|partners?|(?:extra )?friends|"
        r"companions?|famil\w+|begleit\w*|g(?:ä|ae)ste|partner\w*|anhang)\b(?: (?:this time )?please)?|"
        r"\bbegleit\w+ (?:k(?:ö|oe)nnen|d(?:ü|ue)rfen|sollen)\b[^.,;!?¦]{0,40}\bnicht\b(?: \w+)?|"
        r"\b(?:guests?|companions?|partners?|spouses?|families|children)\b[^.;!?¦]{0,20}\b(?:are|is) not included\b|"
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
