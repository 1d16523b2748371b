"""How long scrubbing takes: a new process's first text, and 4 KB messages. Run: python -m bench.scrub

Prints milliseconds. Goals: start <= 150, p99 of a 4 KB message <= 3.
"""

import random
import subprocess
import sys
import time

from guardrails.scrub import scrub

SENTENCES = (
    "Please create a survey about remote work with 4 questions for the finance team, anonymous, stored for one month.",
    "invoice approval above $2,500, @cleo then @max sign, see https://example.com/wiki/invoices#limits",
    "incident log for the #sre channel (date, severity, owner, resolved checkbox), keep it until 2027-01-31",
    "The login page was slow on Monday; ticket OPS-1224 has the trace 34aa722f9dfb90f1e39e68fc6130d6a0.",
    "Umfrage zum Sommerfest: Datum, Essen, Anreise; Antworten bis Freitag, 17:00 Uhr, an @jana und @ole.",
    "who will attend the all hands tomorrow at 11? bring a guest, room 2.14, 80 people at most",
)
SECRET = " the password is Kd7!vRq29#mTz "
_START = "import time; a = time.perf_counter(); from guardrails.scrub import scrub; scrub('x')"
_TOLD = "; print(time.perf_counter() - a)"


def message(dice: random.Random, size: int = 4096) -> str:
    """A pasted message of `size` characters."""
    return "\n".join(dice.choices(SENTENCES, k=1 + size // 60))[:size]


def timed(texts: list[str]) -> tuple[float, float]:
    """p50 and p99 in ms."""
    taken = []
    for text in texts:
        began = time.perf_counter()
        scrub(text)
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    return taken[len(taken) // 2], taken[int(len(taken) * 0.99)]


def main() -> None:
    """Print one line a case."""
    start = float(
        subprocess.run([sys.executable, "-c", _START + _TOLD], capture_output=True, check=True, text=True).stdout
    )
    print(f"start of a process            {start * 1000:6.1f} ms")
    dice = random.Random(11)
    plain = [message(dice) for _ in range(300)]
    cases = {
        "4 KB without secrets": plain,
        "4 KB with one secret": [text[:2000] + SECRET + text[2000 + len(SECRET) :] for text in plain],
        "one request": [dice.choice(SENTENCES) for _ in range(300)],
    }
    scrub(plain[0])
    for name, texts in cases.items():
        p50, p99 = timed(texts)
        print(f"{name:28s}  p50 {p50:5.2f}  p99 {p99:5.2f} ms")


if __name__ == "__main__":
    main()
