"""Personal data in a text: e-mail addresses, phone numbers, cards and IBANs, each checked as its standard says.

But for IBANs it is left unless the installation says otherwise: people ask for apps that are about just these.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping

from guardrails.found import Found, merged

_EMAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}(?![\w-])")
_CARD = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")
_MOST_PHONES = 200


def _emails(text: str) -> Iterator[Found]:
    yield from (Found("email", one.start(), one.end()) for one in _EMAIL.finditer(text))


def _phones(text: str) -> Iterator[Found]:
    """Numbers that some country assigns, written with their country's code: without it any long number could be one."""
    from phonenumbers import Leniency, PhoneNumberMatcher

    for one in PhoneNumberMatcher(text, None, leniency=Leniency.VALID, max_tries=_MOST_PHONES):
        yield Found("phone", one.start, one.end)


def _cards(text: str) -> Iterator[Found]:
    from stdnum import luhn

    for one in _CARD.finditer(text):
        if luhn.is_valid(re.sub(r"\D", "", one[0])):
            yield Found("card", one.start(), one.end())


def _ibans(text: str) -> Iterator[Found]:
    from stdnum import iban

    for one in _IBAN.finditer(text):
        if iban.is_valid(one[0]):
            yield Found("iban", one.start(), one.end())


_READERS: Mapping[str, Callable[[str], Iterator[Found]]] = {
    "email": _emails,
    "phone": _phones,
    "card": _cards,
    "iban": _ibans,
}
KINDS = frozenset(_READERS)
ALWAYS = frozenset({"iban"})
"""What goes everywhere (R7); an installation may add the others."""


def personal(text: str, kinds: Collection[str]) -> list[Found]:
    """The personal data of these kinds in a text. Raises KeyError for a kind that is none."""
    return merged([found for kind in sorted(kinds) for found in _READERS[kind](text)])
