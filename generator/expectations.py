"""Expectations: what a creator says that their app should do, in one sentence, as something that can be tried."""

import re

from templates.manifest import Frozen

LONGEST = 200
"""Characters of what is entered, and of what is shown."""
_QUOTES = "\"'“”„‟«»‘’‚`"
_APP = r"(?:it|this|the (?:app|form|survey|page|poll|bot)|that)"
_SAY = r"(?:say|show|display|tell (?:me|us|them|people)|answer(?: with)?|reply(?: with)?|respond(?: with)?|print)"
_WHO = r"(?:i|we|you|one|they|people|someone|somebody|anyone|anybody|a user|users)"
_ENTER = r"(?:submits?|enters?|sends?|types?|writes?|picks?|chooses?|choose|selects?|puts? in|fills? in|votes? for)"
_ES = r"(?:es|sie|er|das|die (?:app|umfrage|seite)|der bot|das formular)"
_ZEIGEN = r"(?:sagen|zeigen|anzeigen|antworten|schreiben|melden|ausgeben)"
_WER = r"(?:ich|man|wir|jemand|du|einer|leute)"
_EINGEBEN = (
    r"(?:eingebe|eingibt|eingeben|gibst|abschicke|abschickt|abschicken|absende|absendet|sende|sendet|senden|schreibe"
    r"|schreibt|schreiben|wähle|wählt|wählen|auswähle|auswählt|einreiche|einreicht|tippe|tippt|schicke|schickt)"
)
_SHAPES = tuple(
    re.compile(one, re.I | re.S)
    for one in (
        rf"{_APP} (?:should|must|has to|ought to) (?P<no>not |never )?(?:then )?{_SAY}:? (?P<shows>.+?),? "
        rf"(?:when|if|after|once|whenever) {_WHO} {_ENTER}:? (?P<enters>.+)",
        rf"(?:when|if|after|once|whenever) {_WHO} {_ENTER}:? (?P<enters>.+?),? (?:then )?{_APP} "
        rf"(?:should|must|has to|ought to) (?P<no>not |never )?(?:then )?{_SAY}:? (?P<shows>.+)",
        rf"{_ES} (?:soll|sollte|muss|müsste) (?P<no>nicht |nie |niemals )?(?:mir |uns )?(?P<shows>.+?) {_ZEIGEN},? "
        rf"(?:wenn|falls|sobald|nachdem) {_WER} (?P<enters>.+?) {_EINGEBEN}",
        rf"(?:wenn|falls|sobald|nachdem) {_WER} (?P<enters>.+?) {_EINGEBEN},? (?:dann )?"
        rf"(?:soll|sollte|muss|müsste) {_ES} (?P<no>nicht |nie |niemals )?(?:mir |uns )?(?P<shows>.+?) {_ZEIGEN}",
    )
)


class Expectation(Frozen):
    """Whoever enters this must see that; or, with `never`, must not."""

    enters: str
    shows: str
    never: bool = False


def expectation(text: str) -> Expectation | None:
    """What a sentence expects, in English or German; None when it is no such sentence."""
    if len(text) > 4 * LONGEST:
        return None
    plain = " ".join(text.split()).rstrip(".!")
    plain = re.sub(r"^(?:please|bitte)[ ,]+", "", plain, flags=re.I)
    found = next(filter(None, (shape.fullmatch(plain) for shape in _SHAPES)), None)
    if found is None:
        return None
    enters, shows = _bare(found["enters"]), _bare(found["shows"])
    if not enters or not shows or max(len(enters), len(shows)) > LONGEST:
        return None
    return Expectation(enters=enters, shows=shows, never=bool(found["no"]))


def _bare(text: str) -> str:
    return text.strip().strip(_QUOTES + ",;: ").strip()
