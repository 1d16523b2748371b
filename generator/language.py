"""In which of the languages that apps speak somebody writes."""

import re

from templates.template import Language

_WORD = re.compile(r"[^\W\d_]+")
# The small words of each language that the other one does not have: they are in every sentence, whatever it is about.
_GERMAN = frozenset(
    _WORD.findall("""
aber alle allen als am auch auf aus bei beim bis bitte brauche brauchen da damit dann das dass dem den der des
du ein eine einen einem einer eines er es etwas für gerne habe haben ich ihr im ist ja jeder jede jeden jedes
kann kannst kein keine keinen mach mal man mir mit möchte möchten nach nicht noch nur ob oder ohne pro sich
sie sind soll sollen sollte über um und uns unser unsere unserem unseren unserer vom von vor wann welche
welcher welches wenn wer wie wir wird wo wollen zu zum zur zwei drei vier fünf fürs ans ins wegen zwischen
""")
)
_ENGLISH = frozenset(
    _WORD.findall("""
a about all and any are as at be by can could do does each every for from have he how i if is it its let like
make me my need of on one or our out people please should some that the their them then there they this to two
us want we what when which who will with without would you your three four five until till
""")
)
# Where a text has no small words ("Fahrtenbuch: Datum, Fahrer, Ziel"), how German words are built.
_BUILT_GERMAN = re.compile("[äöüß]|(?:ungen|ung|heit|keit|ieren|dienst|liste|buch|rechner|zettel)$|sch[^eo]|rz|tz[et]")


def language_of(text: str) -> Language:
    """German when more of its small words are German than English, or else its long ones are; English otherwise."""
    words = _WORD.findall(text.casefold())
    german, english = (sum(one in known for one in words) for known in (_GERMAN, _ENGLISH))
    if german == english:
        german += sum(bool(_BUILT_GERMAN.search(one)) for one in words) > len(words) // 6
    return "Deutsch" if german > english else "English"
