"""What is refused whatever kind it is asked as: collecting passwords, watching people unseen, obeying others' words.

Rules, not the router: whoever asks for it should read why it is not made, whichever model reads. They are meant for
what somebody says outright, and leave alone whoever warns, asks or reports; who hides it meets the policies, which look
at the columns of what is made (`guardrails/rules/credentials.rego`).
"""

import re

from generator.utterance import GAP

_SECRET = (
    r"(?:[\w-]*passwords?|[\w-]*passw(?:o|ö|oe)rt(?:e[nr]*)?|kennw(?:o|ö|oe)rt(?:e[nr]*)?|pins?(?= *(?:[.,;!?)]|$|"
    r"for\b|und\b|and\b))|"
    r"passcodes?|login data|zugangsdaten|anmeldedaten)(?! (?:managers?|resets?|changes?|polic\w+|safes?|wechsel|"
    r"regeln?)\b)"
)
_PEOPLE = (
    r"(?:every(?:one|body)|people|they|colleagues?|staff|employees|users|visitors|guests|the (?:team|crew)|all|"
    r"each (?:person|colleague|of)|jede[rsm]?|alle[nr]?|(?:die )?kolleg\w+|(?:die )?mitarbeit\w+|(?:die )?leute|man)"
)
_ENTER = r"(?:enters?|types?(?: in)?|puts?|writes?(?: down)?|submits?|fills? in|keys? in)"
_EINGEBEN = r"(?:hinterleg\w*|eintr(?:a|ä|ae)g\w*|eingeb\w*|eingibt|eintipp\w*|reinschreib\w*)"
_THEIRS = r"(?:their|his|her|his or her|ihre?[nsm]?|seine?[nsm]?)"
_PASSWORDS = re.compile(
    rf"\b(?:{_PEOPLE}\b[^.!?¦]{{0,40}}?\b{_ENTER}\b[^.,;!?¦]{{0,25}}?\b(?:{_THEIRS}|(?:login|user ?name) and)\s+"
    rf"(?:[\w-]+\s+){{0,2}}?{_SECRET}|"
    rf"{_PEOPLE}\b[^.!?¦]{{0,30}}?\b{_THEIRS}\s+(?:[\w-]+\s+){{0,4}}?{_SECRET}\s+{_EINGEBEN}|"
    rf"{_PEOPLE}\b[^.!?¦]{{0,30}}?\b{_EINGEBEN}\b[^.!?¦]{{0,25}}?\b(?:mit (?:benutzername\w* und )?|"
    rf"{_THEIRS}\s+){_SECRET}|"
    rf"(?:collect|gather|ask (?:everyone|everybody|people|them|all \w+) for)\b[^.,;!?¦]{{0,15}}?"
    rf"\b(?:everyone's|everybody's|people's|their|all the)\s+(?:\w+\s+)?{_SECRET}|"
    rf"samm(?:el|le|eln|elt)\b[^.,;!?¦]{{0,15}}?\b(?:die|alle|deren)\s+{_SECRET}|"
    rf"(?:everyone's|everybody's|people's|employees'|colleagues'|staff's)\s+(?:\w+\s+)?{_SECRET}|"
    rf"{_SECRET}\s+(?:aller|der|von allen)\s+(?:kolleg|mitarbeit|leute|besch(?:ä|ae)ftigt)\w*|"
    rf"(?:what is|what's) your\s+(?:[\w-]+\s+){{0,2}}?{_SECRET}|"
    rf"wie (?:lautet|ist) (?:dein|ihr|euer)\w*\s+(?:[\w-]+\s+)?{_SECRET})",
    re.I,
)
_WARNED = re.compile(
    r"\b(?:never|not|\w+n't|dont|niemals|nie|nicht|keine?[nrs]?|remind\w*|warn\w*|whether|if|ob|(?:did|do|does|have|has|haben|hat|"
    r"training|phishing|faq)(?: \w+)?)\b[^.!?¦]*$",
    re.I,
)
"""Said before it in the same sentence by whoever warns of it, or asks whether people do so."""
_UNSEEN = (
    r"\b(?:secretly|in secret|covertly|behind (?:their|his|her|people's|everyone's) backs?|"
    r"without (?:(?:them|him|her|people) (?:knowing|noticing)|telling (?:them|him|her))|"
    r"(?:they|he|she) (?:need not|needn'?t|must not|mustn'?t|(?:do|does)(?: not|n'?t) (?:need|have) to) (?:know|"
    r"notice)|"
    r"heimlich|ohne dass (?:sie|er|es jemand|die \w+)\b[^.!?¦]{0,15}?(?:merk\w*|wei(?:ß|ss)\w*|wissen|mitbekomm\w*))\b"
)
_WATCHED = (
    r"\b(?:where (?:each|every\w*|all|they|my|our)\b[^.!?¦]{0,40}?\b(?:is|are)\b|"
    r"(?:track|follow|watch|monitor|locate|spy on|record)s?\b[^.!?¦]{0,25}?\b(?:drivers?|nurses?|staff|employees|"
    r"colleagues?|"
    r"people|everyone|everybody|wife|husband|girlfriend|boyfriend|daughter|son|children|workers?|salesmen)\b|"
    r"(?:\w+'s|\w+s'|their|his|her|private|direct)\s+(?:private |direct )?(?:phones?|screens?|chats?|dms|messages|"
    r"e-?mails?|"
    r"mails?|inbox(?:es)?)\b|"
    r"(?:ü|ue)berwach\w*\b[^.!?¦]{0,20}\b(?:leute|mitarbeit\w*|kolleg\w*|fahrer\w*|frau|mann|kinder)\b|"
    r"(?:leute|mitarbeit\w*|kolleg\w*|fahrer\w*)\b[^.!?¦]{0,20}\b(?:ü|ue)berwach\w*|mitles\w*|mitlies\w*|"
    r"standorte? (?:meine[rs]|unsere[rs]|aller|der) \w+|"
    r"wo (?:sie|jeder|alle|meine|unsere|die)\b[^.!?¦]{0,30}?\b(?:ist|sind|stecken)\b)"
)
_WATCHING = re.compile(rf"{_UNSEEN}[^!?¦]{{0,120}}?{_WATCHED}|{_WATCHED}[^!?¦]{{0,120}}?{_UNSEEN}", re.I)
_TOLD = re.compile(
    r"\b(?:report(?:s|ed|ing)? (?:that|a|an|when)|whistle-?blow\w*|hinweisgeber\w*|meld\w* (?:dass|wenn)|"
    r"does any(?:one|body)|"
    r"surprise|(?:ü|ue)berraschung\w*|trust|vertrauen)\b",
    re.I,
)
"""Who says so reports it, asks about it, or plans a party."""
_OBEYING = re.compile(
    r"\b(?:please|pls|just|simply|could you|would you|can you|bitte|k(?:ö|oe)nnten sie|k(?:ö|oe)nntest du|einfach)\b"
    r"[^.!?¦]{0,25}?(?:"
    r"\b(?:do|follow|obey|carry out|execute)\s+(?:just |exactly |simply )*(?:as|what(?:ever)?|everything) "
    r"(?:it|they|he|she|that|the (?:letter|e-?mail|message|note|sender|author))\s+"
    r"(?:says?|asks?|wants?|demands?|tells?|orders?)\b|"
    r"\b(?:mach\w*|tu|tun|befolg\w*|was)\b[^.!?¦]{0,20}?\b(?:was|da|dort|darin|drin|er|sie|es)\b[^.!?¦]{0,15}?"
    r"\b(?:steht|verlangt|sagt|fordert)\b)",
    re.I,
)


def harms(text: str) -> str:
    """A word for what the asker's own words ask for and nobody gets; empty for the rest.

    `passwords`, `watching`, and `obeying`: to do what words of others say that were taken out of the text.
    """
    if GAP in text and _OBEYING.search(text):
        return "obeying"
    if any(not _WARNED.search(text[: found.start()]) for found in _PASSWORDS.finditer(text)):
        return "passwords"
    return "watching" if _WATCHING.search(text) and not _TOLD.search(text) else ""
