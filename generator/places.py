"""Where something takes place."""

import re
from collections.abc import Iterator
from itertools import islice

from generator.found import Found
from generator.phrases import SENTENCE_END, phrase
from generator.utterance import GAP

_ROOM = re.compile(
    r"\b(?:[Ii]n |[Aa]t |[Ii]m |[Ii]n der |[Aa]uf |[Aa]uf dem )?(?:[Tt]he |[Dd]em |[Dd]er )?"
    r"(?P<place>(?i:(?:seminar|training|function|class|board|break|staff|dining|common|lecture|music)[- ]?room|"
    r"rm|room|raum|bay|halle?|hall|gate|tor|zimmer|saal|studio|lecture hall|h(?:ö|oe)rsaal|building|"
    r"seminar rm|meeting rm|training rm|geb(?:ä|ae)ude|floor|konferenzraum|besprechungsraum|seminarraum|"
    r"meeting room|conference room|werkstatt|ward|lab|"
    r"labor|lot|dock|field|court|platz|pitch|canteen|warehouse|lager|block|haus|pier|terminal|platform|gleis|"
    r"deck|stage|b(?:ü|ue)hne)\s+"
    r"(?:\d[\w.-]*(?<!\.)|[A-Z][\w.-]*(?<!\.)|[a-hj-z](?=\s*(?:[,.;:!?)]|$|¦|need|pls|max|who|for|"
    r"at)))(?:\s+[A-Z]\w+)?)"
    r"|\b(?:[Ii]n der |[Aa]uf der |[Aa]n der |[Aa]m |[Ii]n |[Aa]t )?(?P<address>(?:[A-ZÄÖÜ][\w-]+ )?[A-ZÄÖÜ][\w-]*"
    r"(?:weg|str\.|stra(?:ß|ss)e|platz|allee|gasse|damm|ufer|chaussee) \d+\w?\b|"
    r"\d+ (?:[A-Z]\w+ ){1,2}(?:Street|Road|Lane|Avenue|Close|Square)\b)"
    r"|\b(?:[Ii]n |[Aa]t |[Ii]m )?(?:[Tt]he |[Dd]em |[Dd]er )?(?P<house>(?i:restaurant|hotel|gasthof|gasthaus|"
    r"brasserie|trattoria|"
    r"pizzeria|caf[eé]|pub|bar|brauhaus|ristorante|osteria)(?:\s+(?:[A-ZÄÖÜ][\w'&-]+|zu[mr]|am|im|of|the)){1,4})"
    r"|\b(?:[Ii]n |[Aa]t |[Ii]m )?(?:[Tt]he |[Dd]em |"
    r"[Dd]er )?(?P<named>(?!Town [Hh]all)(?:[A-ZÄÖÜ][\w'-]+\s+){1,3}(?:[Rr]oom|[Hh]all|"
    r"[Cc]entre|[Cc]enter|[Pp]ark|[Pp]ub|[Cc]af[eé]|[Bb]ar|[Cc]lub|[Ll]ounge|[Ss]tudio|[Gg]arden|[Hh]ouse|[Ss]chool|"
    r"[Cc]hurch|[Ss]aal|[Rr]aum|[Zz]immer|[Ll]ibrary|[Tt]heatre|[Ss]alon|[Tt]errace|[Rr]ooftop|[Hh]otel|[Ss]tadium|"
    r"[Gg]ym|[Bb]uilding|[Tt]avern|[Ii]nn|[Aa]rms))\b"
)
_AT = re.compile(
    r"(?:\b(?:(?<!part )(?<!teil )in(?! for\b)|at|im|in der|in den|in die|"
    r"am(?= (?:see|strand|hafen|rhein|main|fluss|sportplatz|eingang|tor|bahnhof|markt|platz|empfang|\w*platz|"
    r"kiosk|park|"
    r"grill|ufer|kai)\b)|auf der|auf dem|"
    r"(?<!dabei )(?<!kommt )(?<!mit )bei(?:m)?(?! (?:mir|uns|der|allen|den)\b)|hinterm|hinter dem|vor dem|vorm|"
    r"on the|by(?= the [^,.;:!?\n]{2,30}(?:gate|entrance|door|pond|fountain|bridge|desk|statue|lifts?|stairs|tree)\b)|"
    r"over at|inside|outside|behind|near|meet at|location|place|ort|treffpunkt:?|meeting point|venue|where)\b|"
    rf"@)\s*:?\s*(?P<place>(?:the |der |dem |den )?[^\s,.;:!?{GAP}\"@#][^,.;:!?\n{GAP}\"]{{1,40}})",
    re.I,
)
_HOME = re.compile(
    r"\b(?:(?:at |@ ?|over at )?(?P<place>(?:my|our|his|her) (?:place|house|flat|garden|home|office))|"
    r"(?P<mir>bei (?:mir|uns)"
    r"(?: (?:zu ?hause|daheim|im garten|im b(?:ü|ue)ro))?))\b",
    re.I,
)
_UPSTAIRS = re.compile(
    rf"(?:(?<=[,;{GAP}] )|\b(?:in|at|im|in der)\s+(?:the |der )?)(?P<place>(?!meet\b|it\b|us\b|"
    rf"join\b)[^\W\d]\w+(?: \w+)? "
    r"(?:on the|im) [\w.]+ (?:floor|stock|stockwerk|obergeschoss))\b",
    re.I,
)
"""A room told by its floor."""
_NOT_PLACE = re.compile(
    r"^(?:order|general|case|advance|time|person|total|all|it|this|that|which|"
    r"the (?:morning|afternoon|evening|same|end|moment|meantime|list|form|spirit|next|first|weekend|start)|a |an |"
    r"our team|my|you|me|"
    r"us|mind|touch|need|good|writing|least|most|once|first|last|noon|night|uns|dir|mir bitte|besten|liebsten|"
    r"abend|vormittag|nachmittag|morgen|\d|who|how|when|attendance|charge|peace|person|january|february|march|"
    r"april|may|june|july|august|september|october|november|december|can|is|are|everyone|everybody|anyone|favou?r|"
    r"lunch ?time|capacity|teams?\b|kalender|calendar|rahmen|voraus|vorfeld|winter|sommer|summer|spring|"
    r"fr(?:ü|ue)hjahr|"
    r"herbst|(?:(?:den|die|der|dem) )?(?:\w+e[nr] )?(?:ruhestand|rente|pension|urlaub|ferien|elternzeit|betrieb)\b|"
    r"(?:the |her |his )?(?:well[- ]\w+ )?retirement\b|ein(?:em|er)?\b|your|their|jeden?)\b",
    re.I,
)
_PROPER = re.compile(
    r"^(?:(?:The|Das|Der|Die|Im|Zum|Zur|Gasthof|Gasthaus|Hotel|Restaurant|Cafe|"
    r"Café)\s+)?[A-ZÄÖÜ][\w'&.-]+(?:\s+(?:[A-ZÄÖÜ&][\w'&.-]*|of|the|der|am|im|zum|da|de|und|and)){0,4}$"
)
_NOT_PROPER = re.compile(
    r"^(?:Treffpunkt|Wer|Who|Start|Beginn|Anmeldung|Bitte|Please|Thanks|Danke|Names?|Names|Max|Partner|"
    r"Guests?|Eintragen|Ende|Dear|"
    r"Hi|Hello|Hallo|Guten|Good|We|Wir|I|Ich|It|Everyone|Alle|Collect|Sign|Let|Could|Can|Kindly|The more|Looking|"
    r"Our|Unsere?|Zusagen?|Einlass|Doors|Ab|Um|From|Till|Until|Bis|RSVP|FYI|PS)\b"
)
_KNOWN = re.compile(
    r"(?:the |der |die |das |dem )?(?:(?:roof ?top|roof terrace|terrace|canteen|cafeteria|lobby|kitchen|"
    r"garden|yard|depot|workshop|staff room|chapel|crypt|gym|pier|beach|"
    r"car park|atrium|auditorium|foyer|reception|library|boardroom|church hall|parish hall|town hall|sports hall|"
    r"main (?:office|hall|building)|head office|kantine|aula|k(?:ü|ue)che|hof|dachterrasse|terrasse|garten|mensa|"
    r"werkstatt|lager|parkplatz|b(?:ü|ue)ro|pausenraum|online|zoom|teams|meet|webex)|"
    r"(?:[\w-]+ )?(?:arena|stadium|rink|museum|swimming pool|community cent(?:re|er)|leisure cent(?:re|er)|"
    r"clubhouse|brewery)|"
    r"\w*(?:halle|raum|zimmer|saal|platz|garten|keller|haus|heim|k(?:ü|ue)che))",
    re.I,
)
_NAME_BEFORE = re.compile(
    r"[,;¦]\s*(?P<name>(?:Biergarten|Caf[eé]|Hotel|Gasthaus|Gasthof|Restaurant|Haus|Halle|Park|"
    r"[A-ZÄÖÜ]\w*(?:garten|haus|halle|platz|saal)) )$"
)
"""The beginning of a name such as "Biergarten am See"."""
_DEFINITE = re.compile(r"[Tt]he [a-z']+(?: [a-z']+){0,2}")
_GERMAN = re.compile(
    r"(?P<name>(?:(?:dem|der|den|das|die) )?(?:[a-zäöü]+(?:en|em|er) )?[A-ZÄÖÜ][\w-]*(?:haus|hof|garten|halle|"
    r"saal|raum|zimmer|platz|k(?:ü|ue)che|"
    r"keller|kantine|mensa|foyer|terrasse|stock|geb(?:ä|ae)ude|werk|lager|b(?:ü|ue)ro|hof))\s+"
    r"(?!am\b|an\b|im\b|in\b|vo[nm]\b|zu[mr]?\b|der\b|des\b|bei\b)[a-zäöü]{4,}",
    re.I,
)
"""A German place with words of the sentence behind it: "im Innenhof gemeinsam ..."."""
_EVENTS = re.compile(
    r"party|feier|fest\b|dinner|lunch|seminar|workshop|kurs|training|schulung|vortrag|meeting|drinks|treffen|"
    r"ausflug|termin|"
    r"\bteil|\bwer\b|\bwho\b",
    re.I,
)
_AND_MORE = re.compile(
    r"\s+(?:whos|who's|max|only|statt|stattfind\w*|and|und|or|oder|who|wer|please|bitte|for|f(?:ü|ue)r|on|with|"
    r"mit|ab|um|so|i|we)\b.*$",
    re.I,
)


def find_place(text: str, *, proper: bool) -> Found[str] | None:
    """The first room with a number or name; with `proper`, else what follows "at" or stands alone as a proper name."""
    if match := _ROOM.search(text):
        return Found(
            (match["place"] or match["address"] or match["house"] or match["named"]).strip(), match.start(), match.end()
        )
    if not proper:
        return None
    if match := _UPSTAIRS.search(text):
        return Found(match["place"], match.start(), match.end())
    if match := _HOME.search(text):
        return Found(match["place"] or match["mir"], match.start(), match.end())
    return _after_preposition(text) or _standing_alone(text)


def _after_preposition(text: str) -> Found[str] | None:
    for match in islice(_AT.finditer(text), 12):
        words = _whole(match["place"])
        if words and not _NOT_PLACE.match(match["place"]) and len(words.split()) <= 5:
            at = text.find(words, match.start("place"))
            end = at + len(words) if at >= 0 else match.end()
            if named := _NAME_BEFORE.search(text[: match.start()]):
                return Found(text[named.start("name") : end], named.start("name"), end)
            return Found(words, match.start(), end)
    return None


def _whole(said: str) -> str:
    """The name of the place in what follows the preposition: "The Crown" keeps its article, a German noun no verb."""
    place = _AND_MORE.sub("", said)
    noun = _GERMAN.match(place)
    words = phrase(noun["name"] if noun else place).strip()
    return f"The {words}" if re.match(r"The [A-ZÄÖÜ]", said) and words[:1].isupper() else words


def _standing_alone(text: str) -> Found[str] | None:
    for at, part in list(_parts(text))[1:]:
        if _DEFINITE.fullmatch(part) and not _EVENTS.search(part):
            return Found(part[4:], at, at + len(part))
        if _KNOWN.fullmatch(part):
            return Found(re.sub(r"^(?:the|der|die|das|dem) ", "", part, flags=re.I), at, at + len(part))
        if _EVENTS.search(part):
            continue
        if _PROPER.match(part) and len(part) > 3 and not _NOT_PROPER.match(part):
            return Found(part, at, at + len(part))
    return None


def _parts(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for end in re.finditer(rf"[,;:\n{GAP}]|{SENTENCE_END}|$", text, re.I):
        part = text[start : end.start()]
        if words := part.strip(" -"):
            yield start + part.index(words), words
        start = end.end()
