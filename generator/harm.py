"""What is refused whatever kind it is asked as: collecting people's passwords, and watching people unseen.

Rules, not the router: whoever asks for it should read why it is not made, whichever model reads. The policies look at
the columns of what is made once more (`guardrails/rules/credentials.rego`).
"""

import re

_PASSWORDS = re.compile(
    r"\b(?:enters?|types?|puts?|writes?|leaves?|stores?|saves?|tells?|gives?|sends?|collect\w*|gather\w*|hinterleg\w*|"
    r"eintr\w+|trag\w*|eingeb\w*|geben|angeb\w*|schreib\w*|sammel\w*|speicher\w*|mitteil\w*)\b"
    r"[^.!?¦]{0,40}?\b(?:their|his|her|everyone's|everybody's|people's|ihre?[ns]?|seine?[ns]?|deren|alle|login and|"
    r"benutzernamen? und)\s+(?:[\w-]+\s+){0,2}?"
    r"(?:[\w-]*password|[\w-]*passwords|[\w-]*passw(?:o|ö|oe)rt(?:er)?|kennw(?:o|ö|oe)rt(?:er)?|pins?|passcodes?|"
    r"login data|zugangsdaten|anmeldedaten)\b(?! (?:manager|reset|change|policy|colou?r|badge|board|regel|wechsel))|"
    r"\b(?:ihre?[ns]?|seine?[ns]?|jede[rs]? (?:sein|ihr)\w*)\s+(?:[\w-]+\s+){0,4}?(?:[\w-]*passw(?:o|ö|oe)rt(?:er)?|"
    r"kennw(?:o|ö|oe)rt(?:er)?|pins?|zugangsdaten)\s+(?:eintr\w+|eingeb\w*|hinterleg\w*|angeb\w*|speicher\w*|mitteil\w*)\b",
    re.I,
)
_UNSEEN = re.compile(
    r"\b(?:secretly|in secret|covertly|unnoticed|behind (?:their|his|her|people's|everyone's) backs?|"
    r"without (?:(?:them|him|her|people|anyone|anybody|the \w+) (?:knowing|noticing)|telling (?:them|him|her|anyone))|"
    r"(?:they|he|she|people|nobody) (?:need not|needn'?t|must not|mustn'?t|should not|shouldn'?t|"
    r"do(?:es)?(?: not|n'?t) (?:need|have) to|must never) (?:know|notice|find out)|heimlich|unbemerkt|"
    r"ohne dass (?:sie|er|es|jemand|einer|die \w+)\b[^.!?¦]{0,20}?(?:merk\w*|wei(?:ß|ss)\w*|wissen|mitbekomm\w*))\b",
    re.I,
)
_WATCHING = re.compile(
    r"\b(?:where (?:each|every|all|they|my|our)\b[^.!?¦]{0,40}\b(?:is|are)\b|on a (?:live )?map|gps|"
    r"location of|whereabouts|keystrokes|(?:their|his|her|everyone's) screens?|"
    r"(?:private|direct) (?:chats?|messages?|dms?|mails?|e-?mails?)|dms|spy(?:ing|ware)?|monitors? (?:the|my|our|what)|"
    r"(?:ü|ue)berwach\w*|mitles\w*|mitlies\w*|standorte?|auf (?:einer|der) karte|"
    r"wo (?:sie|er|jeder|alle|meine|unsere|die)\b[^.!?¦]{0,30}\b(?:ist|sind|stecken)|"
    r"private[nr]? (?:chats?|nachrichten|mails?))\b",
    re.I,
)


def harms(text: str) -> str:
    """A word for what the asker's own words ask for and nobody gets: `passwords`, `watching`; empty for the rest."""
    if _PASSWORDS.search(text):
        return "passwords"
    return "watching" if _UNSEEN.search(text) and _WATCHING.search(text) else ""
