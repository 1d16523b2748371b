"""What words ask for that no template has: named, so that a no can say what is missing. English and German."""

import re
from collections.abc import Mapping

LACKS: Mapping[str, str] = {
    "file upload": (
        r"\bup-?load\w*|attach(?:ment|ed|ing)?\b|\bhoch-?(?:zu)?-?lad\w*|anh(?:ä|ae)ng(?:e|en)\b|"
        r"\b(?:pdfs?|files?|documents?|dateien|dokumente) (?:hand|send|submit|einreich|abgeb)\w*|"
        r"\b(?:hand in|submit|send in|drop off) (?:\w+ ){0,3}(?:pdfs?|files?|documents?|receipts?)"
    ),
    "photos and camera": (
        r"\bphotos?\b|\bpictures? of\b|\bcamera\b|\bselfies?\b|\bfotos?\b|\bkamera\b|\bbilder (?:von|hoch|mach)|"
        r"\bvideos?\b"
    ),
    "payment": (
        r"\bpay(?:s|ing|ments?)?\b(?! slip)|\bcheck-?out\b|\bcredit cards?\b|\bpaypal\b|\bstripe\b|\binvoic\w+|"
        r"\b(?:be|an)?zahl(?:en|ung|ungen)\b|\bkreditkarte\w*|\brechnung(?:en)? (?:schreib|stell|schick)\w*|"
        r"\bwebshop\b|\b(?:online|web) ?(?:shop|store)\b|\bsell(?:s|ing)?\b|\bverkauf(?:en|t)\b|\b(?:ü|ue)berweis\w*"
    ),
    "a login with a password": (
        r"\blog-?ins?\b|\blog in\b|\bpasswords?\b|\buser accounts?\b|\bpassw(?:o|ö|oe)rt\w*|\banmelden mit\b|"
        r"\bbenutzerkont\w+"
    ),
    "live chat": r"\blive[- ]?chats?\b|\bchat ?(?:room|bot|raum)s?\b|\bmessenger\b|\bchatten\b|\bchat with\b",
    "maps and places": r"\bmaps?\b|\bgps\b|\blocation track\w*|\btrack(?:ing)? (?:the )?(?:cars|vans|trucks|drivers)\b|"
    r"\b(?:land|stadt|strassen|straßen)?karten?\b(?= (?:mit|von|wo|zeig))|\bstandort(?:e|en)? (?:zeig|verfolg|der)|"
    r"\bnavigation\b",
    "e-mail to outsiders": r"\be-?mail (?:the |our |all )?(?:parents|customers|clients|press)\b|\binbox\b|\bpostfach\b",
    "texts written for you": (
        r"\btranslat(?:e|es|ing|ion)\b|\b(?:ü|ue)bersetz\w*|\bcover letter\b|\bwrite me an?\b|"
        r"\bsummar(?:y of|ise|ize)\b|\bzusammenfassung\b|\bschreib (?:mir|dem|der|ihm|ihr|gleich)\b|\bformulier\w*"
    ),
    "news and data from the internet": (
        r"\bweather\b|\bwetter\b|\bstock prices?\b|\baktienkurs\w*|\bwho won\b|"
        r"\bscrap(?:e|er|ing|ed|t)\b|\bcompetitors?'? "
    ),
    "a hand on machines": (
        r"\bturn (?:up|on|off|down)\b|\brestart\b|\bneu-?starte\w*|\breboot\b|\bfirmware\b|\bset an alarm\b"
    ),
    "e-mail campaigns": (
        r"\bnewsletters?\b|\bmailing lists?\b|\be-?mail campaigns?\b|\bmass (?:e-?)?mails?\b|\bbulk (?:e-?)?mails?\b|"
        r"\brundmails?\b|\bserienmails?\b|\bmarketing ?(?:e-?)?mails?\b"
    ),
    "text messages and calls": r"\bsms\b|\bwhats-?app\b|\btext messages?\b|\bphone calls?\b|\btelephone\b|"
    r"\bvideo ?calls?\b|\banrufe?n?\b|\bvideokonferenz\w*",
    "an app for the phone's own store": (
        r"\bapp store\b|\bplay store\b|\biphone app\b|\bandroid app\b|\bnative app\b|\bios app\b|\bhandy-?app\b"
    ),
    "visitors from outside the company": (
        r"\bpublic(?:ly)? (?:web ?site|page|internet)\b|\bweb ?sites?\b|\bhomepage\b|\blanding pages?\b|\bwebseiten?\b|"
        r"\b(?:ö|oe)ffentliche\w* (?:seite|website)\b"
    ),
    "signatures": r"\be-?sign\w*|\bsignatures?\b|\bdocusign\b|\bunterschr(?:ift\w*|eib\w*)",
    "barcodes": r"\bbar-?codes?\b|\bqr[- ]?codes?\b|\bscan(?:s|ning|ner)?\b|\bscannen\b",
    "other systems": (
        r"\bsalesforce\b|\bjira\b|\bsap\b|\bgoogle (?:calendar|sheets?|drive)\b|\boutlook\b|\bhubspot\b|"
        r"\bsync\w* with\b|\bintegrat\w+ (?:with|into)\b|\bmit (?:outlook|jira|sap) verbinden\b|\banbindung an\b"
    ),
    "machine learning": r"\bmachine learning\b|\bpredict(?:s|ions?|ing)?\b|\bk(?:ü|ue)nstliche intelligenz\b|\bgpt\b|"
    r"\bvorhersag\w*",
    "games": r"\bgames?\b|\bspiele?\b(?! ?tag)|\bleader-?boards?\b|\bquiz(?:ze|zes)?\b",
    "wages and contracts": r"\bpay-?roll\b|\bpay slips?\b|\bsalar(?:y|ies)\b|\bgehaltsabrechnung\w*|\blohn\w*",
}
"""What no template of the shelf can do, each with the words that ask for it; who writes one that can takes it out."""
_SHAPES = {name: re.compile(shape, re.IGNORECASE) for name, shape in LACKS.items()}
MOST = 4
"""Things named at once: a sentence is no list."""


def lacking(text: str) -> tuple[str, ...]:
    """What `text` asks for that no template can do, as short noun phrases, `MOST` at most."""
    return tuple(name for name, shape in _SHAPES.items() if shape.search(text))[:MOST]
