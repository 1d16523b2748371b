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
_HAPPENS = (
    r"(?:lies|took place|takes place|happens|joins?|arrives?|departs?|leaves|begins?|starts?|ends?|approaches|"
    r"is (?:finally )?(?:over|done|behind|due|coming|upon)|are (?:finally )?(?:over|done|behind|coming)|steht|stehen|"
    r"findet|finden|beginnt|startet|kommt|r(?:ü|ue)ckt|liegt|went|was|lief|war|needs?|gehn|gehen|is|are|gets?|keeps?|"
    r"always|constantly|want|wants)"
)
FURTHER = tuple(
    re.compile(re.sub(r">$", r"(?P<at>)(?=\\S)", one), re.I)
    for one in (
        r"\b(?:look(?:ing|s)? after|responsible for|in charge of|zust(?:ä|ae)ndig f(?:ü|ue)r|betreue\w*)\s+>",
        r"\b(?:zu[mr]|beim|f(?:ü|ue)r (?:die|den|das|unser\w*)|bei der|vor (?:dem|der))\s+(?-i:(?=[A-ZÄÖÜ]))>",
        (
            r"\b(?:we(?:'ve| have)? got|we have|we're having|there(?:'s| is| are)|wir haben|es gibt|it's|it is)\s+"
            r"(?:a|an|the|our|another|ein\w*|unser\w*)\s+>"
        ),
        r"\b(?:departs?|leaves?|travels?|flies|heads?|reist|f(?:ä|ae)hrt|fliegt)\s+(?:off )?(?:for|to|nach)\s+>",
        r"\b(?:before|bevor|when|whenever|wenn)\s+(?:i|we|you|he|she|ich|wir)\s+(?:go|goes|leave|start)\s+(?:in|"
        r"on|to|for)\s+>",
        rf"(?:^|[.!?,;:¦]\s+|¦)(?:since |seit |as |weil |da )?(?P<np>(?:the|our|my|this year's|die|der|das|"
        rf"unser\w*|an?(?= new))\s+[^,.;:!?¦]{{2,40}}?)\s+{_HAPPENS}\b",
        rf"(?:^|[.!?¦]\s+|¦)(?P<np>[^\W\d_][^,.;:!?¦@#]{{2,40}}?)\s+{_HAPPENS}\b",
        r"(?:^|[.!?,¦]\s+|¦)another\s+>",
        r"\b(?:for|of|about|on|f(?:ü|ue)rs?|von|(?:ü|ue)ber)\s+(?:the|our|my|die|den|das|dem|der|unser\w*)\s+>",
    )
)
"""Where a subject may stand when nothing else says it, best first; whatever the kind."""
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
