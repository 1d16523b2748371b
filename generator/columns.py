"""The columns of a form: their names as said, their types from a bracketed hint or from the name itself."""

import re

from pydantic import JsonValue

from generator.found import Found

_HINTS: dict[str, str] = {
    "checkbox": (
        r"check ?box|tick ?box|tick|check|yes ?(?:/|or) ?no|y/n|ja ?(?:/|oder) ?nein|h(?:ä|ae)kchen|bool\w*|"
        r"(?:zum )?ankreuz\w*|true/false|kreuz|(?:box )?to (?:tick|check)(?: off)?|zum abhaken"
    ),
    "select": (
        r"(?:select|drop-?down|choice|auswahl|options?|pick ?list)(?::? .+)?|one of .+|[^/]+(?:/[^/]+)+|"
        r"zum ausw(?:ä|ae)hlen|to (?:choose|pick|select)(?: from)?|"
        r"low.{0,3}(?:medium|mid).{0,3}high"
    ),
    "date": r"date|day|datum|tag|calendar",
    "money": (
        r"money|amount|usd|eur|euros?|gbp|\$+|€|£|dollars?|pounds?|betrag|w(?:ä|ae)hrung|currency|"
        r"in (?:\$|€|£|usd|eur|euros?|gbp|dollars?|pounds?|euro)"
    ),
    "number": r"number|num|numeric|integer|count|zahl|anzahl|int|digits?",
    "email": r"e-?mail|mail",
    "url": r"url|link|website|weblink",
    "person": r"person|people|user|member|mitarbeiter|who|@",
    "long_text": r"long(?: text)?|free ?text|multi-?line|paragraph|textarea|freitext|lang(?:er text)?|mehrzeilig",
    "text": r"text|string|short text|kurz\w*",
}
_NAMES: tuple[tuple[str, str], ...] = (
    ("date", r"^(?:date|datum|day of|tag de[rs])\b|\b(?:date|day)$|datum$|^tag$"),
    ("text", r"\b(?:phone|mobile|telephone|tel|telefon|handy|extension)\b(?:\s*(?:no|nr|number|nummer)?\b\.?|\s*#)$"),
    ("email", r"\be-?mails?\b|mail(?:adresse|address)?\b|\w*mailadresse\b"),
    ("url", r"\burls?\b|\blinks?\b|website|web ?site|webseite|homepage|linkedin|\bweb\b|repo(?:sitory)?\b"),
    (
        "checkbox",
        (
            r"\b(?:done|resolved|paid|returned|closed|completed?|fixed|sent|approved|received|answered|signed|renewed|"
            r"won|claimed|thanked|solved|finished|cleaned|tested|replied|discarded|"
            r"verified|active|urgent\?|hot|confirmed|picked up|collected|handed over|checked|"
            r"delivered|thank-you sent|vaccinated|insured|available|attended|shipped|reviewed)\b\??$|"
            r"\b(?:erledigt|bezahlt|abgeholt|zur(?:ü|ue)ckgegeben|abgeschlossen|beantwortet|gesendet|versandt|"
            r"geliefert|gepr(?:ü|ue)ft|verl(?:ä|ae)ngert|unterschrieben|best(?:ä|ae)tigt|vorhanden|aktiv|repariert|"
            r"gereinigt|ge(?:ö|oe)lt|verl(?:ä|ae)ngert|eingetroffen)\b\??$|\b(?:yes/no|y/n|ja/nein)\b|\?$"
        ),
    ),
    (
        "money",
        (
            r"\b(?:cost|costs|price|amount|value|budget|fee|salary|revenue|total|deal size|deal value|(?:hourly|"
            r"daily|monthly|day) rate|stundensatz|tagessatz|worth|spend|"
            r"expense|charge|refund|donation|payment|wage|rent|bill|invoice total|unit price|\w+ price|\w+ cost|"
            r"\w+ value|kosten|\w*kosten|preis|\w*preis|betrag|\w*betrag|wert|\w*wert|summe|geb(?:ü|ue)hr|\w*gehalt\w*|"
            r"umsatz|dealgr(?:ö|oe)(?:ß|ss)e|miete|honorar|lohn|auftragswert|verg(?:ü|ue)tung)\b|[$€£]"
        ),
    ),
    (
        "date",
        (
            r"\b(?:date|(?:up|back|birth|start|end|due)date|day|when|deadline|due|expiry|expires|expiration|"
            r"(?:start|end)(?![- ]\w)|"
            r"birthday|bought on|since|"
            r"until|start day|end day|last seen|last service|next service|arrival day|renewal|datum|\w*datum|termin|"
            r"\w*termin|wann|f(?:ä|ae)llig(?:keit)?|frist|ablauf|beginn|ende|eintritt|geburtstag|\w+tag|seit|"
            r"bis)\b|\b\w*ablauf\b|\b\w+ (?:on|at|am|by date)$|^(?:bought|borrowed|issued|purchased|received|"
            r"ordered|returned|taken|"
            r"lent|planted|opened|found|sold|hired|ausgegeben|gekauft|bestellt|ausgeliehen|gefunden|angeschafft|"
            r"r(?:ü|ue)ckgabe|ausgabe|anschaffung) (?:on|am)$|"
            r"^(?:last|next|letzte[rs]?|n(?:ä|ae)chste[rs]?) (?:service|check|inspection|test|visit|review|"
            r"maintenance|audit|"
            r"pr(?:ü|ue)fung|wartung|kontrolle|inspektion|besuch)$|"
            r"^(?:purchase|delivery|arrival|departure|return) (?:date|day)$"
        ),
    ),
    (
        "number",
        (
            r"\b\d+ ?(?:-|to|bis) ?\d+$|\b(?:number of|no\.? of|qty|quantity|count|age|year|\w*jahr|hours|hrs|"
            r"minutes|mins|days|km|"
            r"kilomet(?:er|re)s?|"
            r"mileage|miles|weight|height|length|width|score|rating|units|pieces|volume|size in|temperature|temp|"
            r"percentage|percent|points|headcount|probability|followers|retries|distance|duration|pressure|stock|bed|"
            r"reading|people|guests|participants|attempts|litres|liters|grams|amount in (?:ml|µl|g|kg)|concentration|"
            r"menge|anzahl|\w*anzahl|st(?:ü|ue)ckzahl|st(?:ü|ue)ck|stunden|minuten|tage|kilometer|(?:zähler|"
            r"konto|lager|füll|km-?|kilometer|öl)?stand|alter|"
            r"gewicht|h(?:ö|oe)he|l(?:ä|ae)nge|breite|volumen|temperatur|prozent|bewertung|punkte|dauer|druck|bestand|"
            r"\w*menge)\b|\bin (?:%|km|kg|g|mg|ml|µl|ul|l|cm|mm|m|bar|°c|celsius|hours|minutes|days|stunden|minuten|"
            r"tagen|nm|kelvin|k|hz|rpm)\b|[%#]$"
        ),
    ),
    (
        "select",
        (
            r"\b(?:status|severity|priority|prio|type|category|stage|state|kind|level|impact|phase|classification|"
            r"department|size|colou?r|schweregrad|priorit(?:ä|ae)t|kategorie|art|typ|stufe|zustand|dringlichkeit|"
            r"abteilung|gr(?:ö|oe)(?:ß|ss)e|farbe|\w{3,}art|\w*status|\w*typ)\b"
        ),
    ),
    (
        "long_text",
        (
            r"\b(?:notes?|comments?|description|remarks?|details|what happened|summary|feedback|explanation|steps|"
            r"reason|observations?|message|cause|root cause|bemerkung(?:en)?|notiz(?:en)?|kommentar(?:e)?|"
            r"beschreibung|anmerkung(?:en)?|hinweise?|was (?:ist )?passiert(?: ist)?|ursache|begr(?:ü|ue)ndung|"
            r"zusammenfassung|\w*beschreibung)\b"
        ),
    ),
    (
        "person",
        (
            r"\w+ (?:by|von)$|^(?:issued|lent|loaned|given|handed(?: out)?|assigned|ausgegeben|ausgeliehen|verliehen|"
            r"(?:ü|ue)bergeben) (?:to|an)$|\b(?:owner|assignee|assigned to|reporter|responsible(?: person)?|"
            r"host|contact person|"
            r"contact|"
            r"person in charge|person|operator|reviewer|handled by|author|manager|technician|who|by whom|lead|"
            r"supervisor|driver|borrower|borrowed by|whos|employee|reader|organi[sz]er|depositor|referrer|"
            r"mentor|colleague|staff member|volunteer|teacher|caretaker|writer|editor|speaker|trainer|wen|whom|"
            r"autor(?:in)?|"
            r"redakteur(?:in)?|point of contact|account manager|requester|"
            r"requested by|reported by|finder|checked by|inspector|zust(?:ä|ae)ndig(?:e[rn]?)?|"
            r"verantwortlich(?:e[rn]?)?|users?|(?:be)?nutzer(?:in)?|ansprechpartner(?:in)?|besitzer|inhaber|"
            r"melder|fahrer|techniker|wer|"
            r"bearbeiter(?:in)?|pr(?:ü|ue)fer|eigent(?:ü|ue)mer|ausleiher|mitarbeiter(?:in)?)\b"
        ),
    ),
)
_HINTED = tuple((kind, re.compile(rf"(?:an? |as |als )?(?:{words})", re.I)) for kind, words in _HINTS.items())
_NAMED = tuple((kind, re.compile(words, re.I)) for kind, words in _NAMES)
_BRACKET = re.compile(
    r"^(?P<name>[^()\[\]:]+?)\s*(?:[(\[]\s*(?P<hint>[^()\[\]]+?)\s*[)\]]?|:\s*(?P<colon>[^:]+)|"
    r"\s(?:as|als)\s(?:an? |eine? )?(?P<as>[\w ]+))$"
)
_HINT = (
    r"(?:check ?box|tick ?box|box to tick|zum ankreuzen|zum abhaken|dropdown|drop-?down|yes ?(?:/|or) ?no|"
    r"ja ?(?:/|oder) ?nein|y/n|in (?:\$|€|£|usd|eur|euros?|gbp|dollars?|pounds?)|\$+|€|h(?:ä|ae)kchen|"
    r"free text|freitext)"
)
_TAIL_HINT = re.compile(rf"^(?P<name>.+?)\s+(?P<hint>{_HINT})$", re.I)
_BEHIND = re.compile(rf"\s*(?:[(\[][^()\[\]\n]{{1,80}}[)\]]|(?<=\s){_HINT}(?!\w))", re.I)
_BEFORE_BOX = re.compile(
    r"\b(?:whether|if|ob|(?:(?:tick|check) ?box|box to tick|h(?:ä|ae)kchen|tick)\s+(?:for|when|once|if|f(?:ü|ue)r|ob|"
    r"wenn|bei))\s+(?:(?:it|they|he|she|es|sie|er|the|an?|der|die|das)(?:'s)?\s+)?"
    r"(?:(?:has|have|is|are|was|were|got|ist|sind|wurden?)\s+)?(?:been\s+)?$",
    re.I,
)
_BOX = re.compile(
    r"^(?:an? |ein(?:e[nm]?)? )?(?:(?:tick|check) ?box|box to tick|h(?:ä|ae)kchen|tick)\s+(?:for|when|once|if|"
    r"f(?:ü|ue)r|ob|wenn|as|bei)\s+"
    r"(?:it'?s |it is |they are )?(?P<name>\w[^()\[\]:]*)$",
    re.I,
)
_WHETHER = re.compile(
    r"^(?:whether|if|ob)\s+(?:(?:it|they|he|she|es|sie|er)(?:'s)?\s+(?:(?:has|have|is|are|was|were|got|ist|sind|"
    r"wurden?)\s+)?(?:been\s+)?|"
    r"(?:the|a|an|der|die|das)\s+)?(?P<name>\w[^()\[\]:]*?)(?:\s+(?:ist|sind|wurden?|is|was))?$",
    re.I,
)
_BEFORE_OPTIONS = re.compile(r"^(?:select|drop-?down|choice|auswahl|options?|pick ?list|one of)\b[:\s]*", re.I)


def column(said: str) -> dict[str, JsonValue]:
    """One entry of a list of columns as `{name, type}`, with the `choices` of a select when they were said."""
    name, hint = _parts(_asked(said))
    kind = (_by_hint(hint) if hint else "") or _by_name(name if not hint else f"{name} {hint}")
    choices = _choices(hint) if kind == "select" else []
    return {"name": name, "type": kind, **({"choices": choices} if choices else {})}


def column_at(text: str, one: Found[str]) -> dict[str, JsonValue]:
    """The column that is named at this place, of the type that is said beside it: before it "whether", or behind it in
    brackets."""
    hint = "(checkbox)" if _BEFORE_BOX.search(text[: one.start]) else behind(text, one)
    read, plain = column(f"{one.value} {hint}".strip()), column(one.value)
    return read | {"name": plain["name"]}


def behind(text: str, one: Found[str]) -> str:
    """What is said of a column's type right behind its name; empty when nothing is."""
    match = _BEHIND.match(text, one.end)
    return match[0].strip() if match else ""


def _asked(said: str) -> str:
    """Without the article or the "whether": "whether it has been returned" is "returned (checkbox)"."""
    if box := _BOX.match(said):
        return f"{box['name']} (checkbox)"
    if clause := _WHETHER.match(said):
        return f"{clause['name']} (checkbox)"
    return re.sub(r"^(?:any|the|their|its|his|her|a|an|der|die|das|den|ihre?)\s+(?=\w)", "", said, flags=re.I)


def columns(said: list[str]) -> list[JsonValue]:
    """Every entry as `column` gives it."""
    return [column(one) for one in said]


def _choices(hint: str) -> list[JsonValue]:
    """What a hint offers to choose from: "low, medium, high"; nothing when it offers no two things."""
    parts = re.split(r"[,/|]|\s(?:or|oder)\s", _BEFORE_OPTIONS.sub("", hint))
    found = list(dict.fromkeys(one.strip() for one in parts if one.strip()))
    return list[JsonValue](found) if len(found) > 1 else []


def _parts(said: str) -> tuple[str, str]:
    if match := _BRACKET.match(said):
        hint = next((one for one in (match["hint"], match["colon"], match["as"]) if one), "")
        return match["name"].strip(), hint.strip()
    if match := _TAIL_HINT.match(said):
        return match["name"].strip(), match["hint"].strip()
    return said.strip(), ""


def _by_hint(hint: str) -> str:
    return next((kind for kind, pattern in _HINTED if pattern.fullmatch(hint.strip())), "")


def _by_name(name: str) -> str:
    return next((kind for kind, pattern in _NAMED if pattern.search(name)), "text")
