"""What is said of the shelf: what each kind of app is for, a sentence that asks for one, and the lines around them."""

from collections.abc import Mapping
from typing import Literal

from bot.wording import labels, words

Tongue = Literal["en", "de"]

TITLES: Mapping[str, str] = {
    "survey": "Umfrage",
    "poll": "Abstimmung",
    "rsvp": "Anmeldeliste",
    "approval": "Freigabe",
    "form_tracker": "Verzeichnis",
    "calculator": "Rechner",
    "checklist": "Checkliste",
    "oncall_rota": "Dienstplan",
    "faq": "Fragen und Antworten",
    "retro": "Retro",
    "standup": "Stand-up",
    "booking": "Buchung",
}
"""What each kind is called in German."""
ABOUT: Mapping[str, str] = {
    "survey": "Mehrere Fragen an eine Gruppe; die Antworten werden gesammelt und in Diagrammen zusammengefasst.",
    "poll": "Eine Frage, ein paar Möglichkeiten und ein Ergebnis, das sofort zu sehen ist.",
    "rsvp": "Wer kommt zu einem Termin? Mit Plätzen und einer Warteliste, die von selbst nachrückt.",
    "approval": "Ein Antrag geht an benannte Leute, die zustimmen oder ablehnen; wer wann entschied, bleibt stehen.",
    "form_tracker": "Ein Formular, dessen Einträge in einer Liste landen: suchen, sortieren, ändern, herunterladen.",
    "calculator": "Ein paar Zahlen eintippen und das Ergebnis einer Formel sehen, mit dem Rechenweg.",
    "checklist": "Schritte, die man zusammen abhakt: wer sie tut und bis wann.",
    "oncall_rota": "Leute wechseln sich ab; alle sehen, wer dran ist, und der Faden erfährt von jeder Übergabe.",
    "faq": "Antworten auf häufige Fragen an einer Stelle; man sucht und fragt, was fehlt.",
    "retro": "Eine Tafel zum Zurückblicken: Karten in Spalten, mit Stimmen.",
    "standup": "Fragt an festen Tagen dasselbe und zeigt, wer woran ist.",
    "booking": "Man reserviert Gemeinsames für eine Zeit, zwei Wochen voraus; nichts wird doppelt vergeben.",
}
"""What each kind is for, in German; in English its template says so."""
EXAMPLES: Mapping[str, Mapping[Tongue, str]] = {
    "survey": {
        "en": "a lunch survey for ops, three questions, keep it two weeks",
        "de": "eine Umfrage zur Kantine, drei Fragen, anonym",
    },
    "poll": {
        "en": "a poll: where do we eat on Friday? Options: pizza, curry, salad",
        "de": "eine Abstimmung: Wo essen wir am Freitag? Pizza, Curry oder Salat",
    },
    "rsvp": {
        "en": "a sign-up list for the summer party, 40 places",
        "de": "eine Anmeldeliste für das Sommerfest, 40 Plätze",
    },
    "approval": {
        "en": "approval for purchases over 500 EUR, approver @ben",
        "de": "eine Freigabe für Einkäufe über 500 Euro, es entscheidet @ben",
    },
    "form_tracker": {
        "en": "track our laptops: model, serial number, price, bought on",
        "de": "unsere Laptops erfassen: Modell, Seriennummer, Preis, gekauft am",
    },
    "calculator": {
        "en": "a calculator for travel costs: kilometres times 0.30",
        "de": "ein Rechner für Fahrtkosten: Kilometer mal 0,30",
    },
    "checklist": {
        "en": "an onboarding checklist: order laptop, create account, show the office",
        "de": "eine Checkliste für neue Leute: Laptop bestellen, Konto anlegen, Büro zeigen",
    },
    "oncall_rota": {
        "en": "an on-call rota for @ana, @ben and @cy, weekly",
        "de": "ein Bereitschaftsplan für @ana, @ben und @cy, wöchentlich",
    },
    "faq": {"en": "an FAQ page about the new expense rules", "de": "eine FAQ-Seite zu den neuen Reisekostenregeln"},
    "retro": {"en": "a retro board for sprint 42", "de": "ein Retro-Board für Sprint 42"},
    "standup": {
        "en": "a daily stand-up for the platform team at 9:30",
        "de": "ein tägliches Stand-up für das Team Plattform um 9:30",
    },
    "booking": {
        "en": "a booking page for the meeting room, slots of 30 minutes",
        "de": "eine Buchungsseite für den Besprechungsraum, je 30 Minuten",
    },
}
"""A sentence for each kind, which Slipway understands as it stands."""
ASKS: Mapping[Tongue, str] = {"en": "a {name}", "de": "eine {name}"}
"""Asks for a template that is no kind's own, by its name."""

HEAD: Mapping[Tongue, str] = {"en": "What you can make here", "de": "Was du hier machen kannst"}
MAKE: Mapping[Tongue, str] = {"en": "Make one", "de": "Anlegen"}
TRY: Mapping[Tongue, str] = {"en": "Say:", "de": "Sag:"}
OWNER: Mapping[Tongue, str] = {"en": "by", "de": "von"}
GALLERY: Mapping[Tongue, str] = {"en": "See them with pictures", "de": "Mit Bildern ansehen"}
OR_SAY: Mapping[Tongue, str] = {
    "en": "Press *Make one* and fill in a form, or say it in your own words.",
    "de": "Drück *Anlegen* und füll ein Formular aus, oder sag es in deinen Worten.",
}
NOTHING: Mapping[Tongue, str] = {
    "en": "No template is offered at the moment.",
    "de": "Im Moment wird keine Vorlage angeboten.",
}
NOT_OFFERED = "This template is not offered (any more). Type `/slipway templates` to see what is."
STARTED = "You have begun one of these already, and it waits for you: press *Fill in* on its card in {where}."
HERE_TOO = "our conversation"


def title(kind: str, name: str, tongue: Tongue) -> str:
    """What a template is called."""
    if tongue == "de" and kind in TITLES:
        return TITLES[kind]
    if kind not in labels.KINDS:
        return words.plain(name).replace("-", " ").capitalize()
    bare = words.kind(kind).split(" ", 1)[1]
    return bare[0].upper() + bare[1:]


def used(made: int, live: int, tongue: Tongue) -> str:
    """How often it was used."""
    if not made:
        return "noch nie benutzt" if tongue == "de" else "not used yet"
    if tongue == "de":
        return f"{made}-mal benutzt, {live} davon live"
    return f"used {words.counted(made, 'time', 'times')}, {live} live now"


def lives(days: int | None, tongue: Tongue) -> str:
    """How long half of its apps lived at least."""
    if days is None:
        return "noch keine beendet" if tongue == "de" else "none has ended yet"
    if tongue == "de":
        return f"läuft im Mittel {days} {'Tag' if days == 1 else 'Tage'}"
    return f"usually runs {words.counted(days, 'day', 'days')}" if days else "usually ends within a day"
