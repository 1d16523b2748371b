"""What a person said, told apart from what they quote, forward or paste.

Quoted words are data: they can name a thing (a title, an option), never instruct, and never give anybody rights.
"""

import re
from dataclasses import dataclass
from datetime import date

LONGEST = 2000
"""Characters that are read of one request; a sentence that asks for an app is far shorter."""
GAP = "¦"
"""Stands in every place that something was taken out of: nothing reaches across it."""
_NAME_LENGTH = 60

_STRAIGHT = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "’": "'",
        "‘": "'",
        "‚": "'",
        "›": '"',
        "‹": '"',
        "–": "-",
        "—": "-",
        "−": "-",
        "→": "->",
        "⇒": "->",
        "➔": "->",
        "➡": "->",
    }
    | {"「": '"', "」": '"', "＂": '"', "″": '"', "`": "`", "＠": "@", "＃": "#", "‛": "'"}
    | {"\u00a0": " ", "\u202f": " ", "\u200b": None, "\u200d": None, "\ufe0f": None, "\r": "\n", "\t": " ", GAP: " "}
)
_ENTITIES = (
    (re.compile(r"<@([A-Z0-9]{2,})(?:\|[^>\n]*)?>"), r"@\1"),
    (re.compile(r"<#[A-Z0-9]{2,}\|([^>\n]+)>"), r"#\1"),
    (re.compile(r"<#([A-Z0-9]{2,})\|?>"), r"#\1"),
    (re.compile(r"<!subteam\^[A-Z0-9]+\|@?([^>\n]+)>"), r"@\1"),
    (re.compile(r"<!subteam\^([A-Z0-9]+)>"), r"@\1"),
    (re.compile(r"<!(?:channel|here|everyone)(?:\|[^>\n]*)?>"), " "),
    (re.compile(r"<(?:https?|mailto):[^|>\s]+\|([^>\n]+)>"), r"\1"),
    (re.compile(r"<((?:https?|mailto):[^|>\s]+)>"), r"\1"),
)
_GROUP = re.compile(r"<!subteam\^([A-Z0-9]+)(?:\|@?([^>\n]+))?>")
_PICTURES = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\U000e0000-\U000e007f\U0001f1e6-\U0001f1ff]+|(?<!\\d):[a-z0-9_+-]{2,40}:(?=\\s|$)"
)
_PASTED = (
    re.compile(r"```.*?(?:```|\Z)", re.S),
    re.compile(r"<!--.*?(?:-->|\Z)|<(blockquote|quote|q)\b.*?(?:</\1>|\Z)|\[quote\b.*?(?:\[/quote\]|\Z)", re.S | re.I),
    re.compile(r"^[ ]*>>>.*\Z", re.S | re.M),
    re.compile(r"^[ ]*[>|].*$|(?<=[.!?])[ ]+>[ ].*$", re.M),
    re.compile(r"\b(?:begin quote|zitat anfang)\b.*?(?:\bend quote\b|\bzitat ende\b|\Z)", re.S | re.I),
    re.compile(r"\b(?:quote|zitat)[ ]*:.*$", re.M | re.I),
    re.compile(r"^[ ]*-{2,}[ ]*(?:forwarded|original|weitergeleitete|urspr(?:ü|ue)ngliche)\b.*\Z", re.S | re.M | re.I),
    re.compile(
        r"^[ ]*(?:begin forwarded message|fwd?:|fw:|wg:|from: [^\n]*\n(?:[^\n]*\n){0,4}?(?:subject|sent|to|date):).*\Z",
        re.S | re.M | re.I,
    ),
    re.compile(
        r"^[^\n]{0,80}(?<!\bi )(?<!\bich )\b(?:wrote|writes|schrieb|schreibt|said|says|sagte|"
        r"meinte)\b[^\n:]{0,40}:[ ]*$.*\Z",
        re.S | re.M | re.I,
    ),
    re.compile(
        r"^[ ]*(?:von: [^\n]*\n(?:[^\n]*\n){0,4}?(?:betreff|gesendet|an|datum):|am .{6,60} schrieb [^\n]*:[ ]*$).*\Z",
        re.S | re.M | re.I,
    ),
)
_SINGLE = re.compile(r"(?<!\w)'(?=\S)([^'\n]*(?:(?<=\w)'(?=\w)[^'\n]*)*)(?<=\S)'(?!\w)|`([^`\n]+)`")
_UNCLOSED = re.compile(r"(?:(?<=\s)|^)\"(?=[^\s\"])[^\"]*\Z")
_QUOTED = re.compile(r'"([^"\n]*(?:\n[^"\n]+)*)"')
TAKEN_OUT = r"<[a-z][a-z0-9-]{0,40}#\d{1,4}>"
"""What stands for a secret."""
_SECRET = re.compile(
    r"(?:^|[,;.:!?(]|(?:^|(?<=\s))-|\b(?:and|with|using|whose|und|mit|deren|dessen)\b)[ ]*"
    r"(?:(?:my|our|the|its|mein|unser|der|die|das|sein|ihr)e?[ ]+)?(?:[\w-]+[ ]+){0,2}?"
    r"(?:[\w-]*(?:key|password|passphrase|token|secret|login|credentials?|pin|schl(?:ü|ue)ssel|passwort|kennwort))"
    r"(?:[ ]+(?:for|of|to|f(?:ü|ue)r|von)(?:[ ]+[\w-]+){1,3}?)?[ ]*(?:is|are|ist|lautet|[:=])?[ ]*" + TAKEN_OUT,
    re.I | re.M,
)
"""What somebody says of a secret of theirs, which was taken out: "and our key is <aws-key#1>" asks for nothing."""
_PLACEHOLDER = re.compile(TAKEN_OUT)
_ORDERING = re.compile(
    r"(?:automated|ai|virtual) (?:assistants?|agents?|systems?)|"
    r"\b(?:assistants?|bots?|chatbots?|llms?|models?|system|admin)\s*:|"
    r"ignor(?:e|iere?|iert)\b.{0,30}\b(?:instruction|rule|previous|above|anweisung|regel|vorgabe)|"
    r"(?:disregard|forget|override|vergiss|vergesst|missachte)\b.{0,40}\b(?:instruction|rule|previous|prior|"
    r"everything|above|told|alles|anweisung|regel|vorher)|"
    r"\b(?:make|set|add|grant|give|change|mach|setze?|f(?:ü|ue)ge|gib)\b.{0,40}(?:@|owner|approver|admin|"
    r"collaborator|audience|capacity|access|public|zugriff|genehmiger)|"
    r"\b(?:new|neue) (?:instructions?|anweisung)|\{\{|\{%|<script|</?(?:system|user|assistant)>|\[/?inst\]",
    re.I,
)
_ROLE = re.compile(
    r"(?:^|(?<=[.!?]))[ ]*[\[(<{]*(?:system|assistant|admin|developer|"
    r"tool)(?: (?:message|prompt|note))?[ ]*[:>\]][^\n]*",
    re.I | re.M,
)
_LINE_ORDER = re.compile(
    r"(?:^|(?<=[.!?]))[^.!?\n]*(?:(?:automated|ai|virtual) (?:assistants?|agents?)\b|"
    r"\b(?:note to|hinweis an|an alle|attention) (?:the |die |all )?(?:ai|assistant|bot|llm|ki|"
    r"assistenten?)\b|"
    r"\b(?:ignor(?:e|ieren?)|disregard|vergiss|vergessen sie|missachte)\b[^.!?\n]{0,30}\b(?:instruction|"
    r"previous|prior|rules|above|anweisung|regeln|bisherige|vorher)|"
    r"^[ ]*(?:system|assistant|admin)\s*:)[^\n]*",
    re.I | re.M,
)


@dataclass(frozen=True)
class Utterance:
    """One request, ready to be read. Both texts have straight quotes, plain mentions and no pictures.

    `own` is the asker's own words: pasted passages are a `GAP`, while short quoted names stay, in quotes.
    `bare` is `own` without the quoted names as well, each character in its place: what may name people and groups.
    `cut` is set when only the first `LONGEST` characters were read; `ordering` when something in the text, own or
    pasted, tries to give orders to the reader.
    """

    own: str
    bare: str
    today: date
    groups: frozenset[str] = frozenset()
    """Handles in the text that are user groups, not persons."""
    cut: bool = False
    ordering: bool = False

    @property
    def empty(self) -> bool:
        """Whether no word is left to understand."""
        return not re.search(r"[^\W\d_]{2,}", self.wish)

    @property
    def wish(self) -> str:
        """`own` without what stands for secrets: a password beside a wish says nothing of the wish."""
        return _PLACEHOLDER.sub(" ", self.own)


def hear(text: str, today: date) -> Utterance:
    """Tell own words from foreign ones in `text`, which may be anything of any length. Never raises."""
    plain = text[:LONGEST].translate(_STRAIGHT)
    groups = frozenset(match[2] or match[1] for match in _GROUP.finditer(plain))
    for pattern, readable in _ENTITIES:
        plain = pattern.sub(readable, plain)
    plain = _PICTURES.sub(" ", plain).replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    own = _SINGLE.sub(lambda quoted: f'"{quoted[1] or quoted[2]}"', plain)
    own = _SECRET.sub(f" {GAP} ", own)
    for passage in _PASTED:
        own = passage.sub(f" {GAP} ", own)
    own = _ROLE.sub(f" {GAP} ", _LINE_ORDER.sub(f" {GAP} ", _QUOTED.sub(_keep_names, own)))
    own = re.sub(r"\n{3,}", "\n\n", re.sub(r" ?\n ?", "\n", re.sub(r"[^\S\n]+", " ", own))).strip()
    bare = _UNCLOSED.sub(lambda quoted: GAP * len(quoted[0]), outside_quotes(own))
    return Utterance(own, bare, today, groups, len(text) > LONGEST, bool(_ORDERING.search(plain)))


def outside_quotes(text: str) -> str:
    """The text with a `GAP` in the place of each quoted name; every other character keeps its place."""
    return _QUOTED.sub(lambda quoted: GAP * len(quoted[0]), text)


def _keep_names(match: re.Match[str]) -> str:
    words = match[1].strip()
    if not words or len(words) > _NAME_LENGTH or _ORDERING.search(words) or re.search(r"[.!?]\s+\S", words):
        return f" {GAP} "
    return f'"{words}"'
