"""How apps are called and occasions are named, whatever the kind."""

import re

GENERAL = tuple(
    re.compile(one.replace(">", r"(?P<at>)(?=\S)"), re.I)
    for one in (
        r"\b(?:following|regarding|concerning|in preparation (?:for|of)|ahead of|bez(?:ü|ue)glich|wegen|anl(?:ä|"
        r"ae)sslich|zum thema)\s+>",
        (
            r"\b(?:finished|completed|wrapped up|closed|survived|shipped|launched|planning|preparing|prepare for|"
            r"organi[sz]ing|"
            r"organi[sz]e)\s+(?:the|our|my)\s+>"
        ),
        r"\b(?:after|nach)\s+(?:the|our|my|dem|der|den|unsere[mr]?)\s+>",
        r"\b(?:after|nach)\s+(?!work\b|which\b|that\b|this\b|it\b|all\b)>",
    )
)
"""Where any request may name its subject, for kinds that are about an occasion."""
HEADS = {
    "survey": (
        r"(?:surveys?|questionn?aire|pulse check|vibe check|poll|evaluation|feedback form|umfrage|fragebogen|"
        r"befragung|feedbackbogen|evaluationsbogen|feedback)"
    ),
    "rsvp": (
        r"(?:sign[- ]?up(?: sheet)?|signup(?: sheet)?|rsvp|headcount|registration|attendance list|guest list|"
        r"anmeldung|anmeldeliste)"
    ),
}
"""What such an app is called; the word before it is often the title."""
