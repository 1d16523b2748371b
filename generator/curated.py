"""Formulas that are known by what goes into them: net and rate are value added tax, distance and speed a travel time.

What is found here is a guess, which the card shows as one; the asker's own formula always wins.
"""

import re
from collections.abc import Sequence
from itertools import permutations

from templates.units import declared

_PEOPLE = r"people|persons?|heads?|flats?|flatmates?|guests?|friends?|personen|leute|köpfe|gäste|wohnungen|mitbewohner"
_RATE = r"rate|percent|per cent|%|satz|prozent"
_KNOWN: Sequence[tuple[tuple[str, ...], str]] = (
    ((r"total|bill|amount|rechnung|betrag|summe", rf"tip|trinkgeld|{_RATE}", _PEOPLE), "{0} * (1 + {1} / 100) / {2}"),
    ((r"distance|strecke|km|kilomet", r"consumption|verbrauch", r"price|preis"), "{0} / 100 * {1} * {2}"),
    (
        (r"principal|capital|kapital", r"interest|zins", r"year|jahr|term|laufzeit"),
        "{0} * (1 + {1} / 100) ^ {2}",
    ),
    ((r"\bnet\b|netto", rf"vat|tax|mwst|ust|steuer|{_RATE}"), "{0} * (1 + {1} / 100)"),
    ((r"price|preis", r"off\b|discount|rabatt|nachlass"), "{0} * (1 - {1} / 100)"),
    ((r"bill|rechnung|total", rf"tip|trinkgeld|{_RATE}"), "{0} * (1 + {1} / 100)"),
    ((r"selling|verkauf|revenue|umsatz|erlös", r"costs?\b|purchase|buying|kosten|einkauf"), "({0} - {1}) / {0} * 100"),
    ((r"gain|return|gewinn|ertrag", r"costs?\b|investment|kosten|einsatz"), "({0} - {1}) / {1} * 100"),
    ((r"distance|strecke|entfernung", r"speed|geschwindigkeit|tempo"), "{0} / {1}"),
    ((r"hours|stunden", r"wage|hourly|rate|stundenlohn|satz"), "{0} * {1}"),
    ((r"deal|revenue|umsatz|sales", _RATE), "{0} * {1} / 100"),
    ((r"goods|value|wert", r"duty|zoll"), "{0} * {1} / 100"),
    ((r"km\b|kilometer|miles|meilen", r"pauschale|allowance|rate|satz"), "{0} * {1}"),
    ((r"kwh|consumption|verbrauch", r"price|preis"), "{0} * {1}"),
    ((r"amount|betrag", r"exchange|kurs"), "{0} * {1}"),
    ((r"total|rent|bill|miete|rechnung|summe|costs?\b|kosten", _PEOPLE), "{0} / {1}"),
)
"""What each input is called, and the formula over them."""


def formula_for(inputs: Sequence[str]) -> str:
    """The formula over these inputs, by the names that they have, without their units; empty when none is known."""
    for shapes, formula in _KNOWN:
        if len(shapes) != len(inputs):
            continue
        for order in permutations(inputs):
            if all(re.search(shape, name, re.I) for shape, name in zip(shapes, order, strict=True)):
                return formula.format(*(declared(one)[0] for one in order))
    return ""
