"""How long scrubbing takes: a new process's first text, and 4 KB messages. Run: python -m bench.scrub

Prints milliseconds. Goals: start <= 150, p99 of a 4 KB message <= 3. Messages are timed in CPU time, because a shared
machine takes a thread off its core for longer than the work lasts. The baselines of the same run say how fast the
machine was: an empty Python process, and the packaged scanner alone on the same messages.
"""

import random
import subprocess
import sys
import time
from collections.abc import Callable

from guardrails.detector import detect
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
TEN = 10
CODE = (
    "const total = rows.reduce((sum, row) => sum + row.amount * 1.19, 0);  // ticket OPS-1224",
    'curl -s -X POST https://api.example.com/v2/orders?limit=50 -d "{\\"customer\\": 88231}"',
    "  image: registry.example.com/team/app@sha256:34aa722f9dfb90f1e39e68fc6130d6a0",
    "if response.status_code == 401: raise TokenExpired(f'login {user.name} at {now:%H:%M}')",
)
_START = """
import time
began = time.perf_counter()
from guardrails.scrub import scrub
scrub("the password is Kd7!vRq29#mTz")
print(time.perf_counter() - began)
"""


def message(dice: random.Random, size: int = 4096, lines: tuple[str, ...] = SENTENCES) -> str:
    """A pasted message of `size` characters."""
    return "\n".join(dice.choices(lines, k=1 + size // 60))[:size]


def with_secrets(text: str, count: int) -> str:
    """The message with so many different passwords in it, of the same length."""
    step = len(text) // (count + 1)
    for n in range(count):
        at = step * (n + 1)
        secret = SECRET.replace("29", f"{n}9")
        text = text[:at] + secret + text[at + len(secret) :]
    return text


def timed(work: Callable[[str], object], texts: list[str]) -> tuple[float, float]:
    """p50 and p99 in ms of CPU time."""
    taken = []
    for text in texts:
        began = time.thread_time()
        work(text)
        taken.append((time.thread_time() - began) * 1000)
    taken.sort()
    return taken[len(taken) // 2], taken[int(len(taken) * 0.99)]


def started() -> tuple[float, float]:
    """Milliseconds until a new process has scrubbed its first text, and those of an empty process, best of five."""
    took, empty = [], []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        empty.append(time.perf_counter() - began)
        told = subprocess.run([sys.executable, "-c", _START], capture_output=True, check=True, text=True).stdout
        took.append(float(told))
    return min(took) * 1000, min(empty) * 1000


def main() -> None:
    """Print one line a case."""
    start, empty = started()
    print(f"import and first text         {start:6.1f} ms")
    print(f"  an empty process            {empty:6.1f} ms")
    dice = random.Random(11)
    plain = [message(dice) for _ in range(300)]
    cases = {
        "4 KB without secrets": plain,
        "4 KB with one secret": [with_secrets(text, 1) for text in plain],
        "4 KB with ten secrets": [with_secrets(text, TEN) for text in plain],
        "4 KB of code": [message(dice, lines=CODE) for _ in range(300)],
        "one request": [dice.choice(SENTENCES) for _ in range(300)],
    }
    for name, texts in cases.items():
        scrub(texts[0])
        p50, p99 = timed(scrub, texts)
        base50, base99 = timed(detect, texts)
        print(f"{name:28s}  p50 {p50:5.2f}  p99 {p99:5.2f} ms   scanner alone {base50:5.2f}  {base99:5.2f}")


if __name__ == "__main__":
    main()
