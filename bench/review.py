"""How long judging and remembering take: `python bench/review.py`. Limits: review p99 5 ms, one AuditEvent 1 ms."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from sqlmodel import Session

from bot import database
from guardrails import audit
from guardrails.judge import Judge
from guardrails.lint import check_folder
from guardrails.policy import RULES, Policies
from guardrails.review import document, review
from templates.audience import Audience
from templates.manifest import Digest, EgressCapability, Manifest, NotifyCapability, StoreCapability, Table

ROUNDS = 1000
OPS = Audience(kind="channel", id="C1", label="#ops")
APP = Manifest(
    name="suppliers",
    template="form_tracker@1.0",
    template_digest=Digest("sha256:" + "a" * 64),
    title="Suppliers",
    capabilities=(
        StoreCapability(tables={"entries": Table(fields={f"field_{number}": "text" for number in range(25)})}),
        NotifyCapability(),
        EgressCapability(hosts=("api.example.com",)),
    ),
    policies=("sandbox/deny-external-egress",),
)
ASKED = document(APP, Audience(kind="org", label="everyone"), OPS, "live", ("form_tracker@1.0",))


def timed(what: str, act: Callable[[], object], rounds: int = ROUNDS) -> None:
    """Print p50 and p99 in milliseconds of doing it once."""
    act()
    spent = []
    for _ in range(rounds):
        began = perf_counter()
        act()
        spent.append(1000 * (perf_counter() - began))
    print(f"{what:44} p50 {median(spent):6.2f} ms  p99 {quantiles(spent, n=100)[98]:6.2f} ms")


def judging() -> None:
    """A Verdict on an app that every kind of rule looks at."""
    policies = Policies()
    timed("review, fresh engine in this process", lambda: review(policies, ASKED))
    judge = Judge(policies)
    timed("review, in the judge's process", lambda: review(judge, ASKED))

    def restarted() -> None:
        judge.stop()
        review(judge, ASKED)

    timed("review, the process killed before it", restarted, 20)
    judge.stop()
    timed("check_folder, all tests of the rules", lambda: check_folder(RULES), 20)


def remembering() -> None:
    """One AuditEvent more in a transaction that is open anyway, on a chain of `ROUNDS`; then the whole chain."""
    with tempfile.TemporaryDirectory() as folder:
        engine = database.connect(f"sqlite:///{Path(folder) / 'control.db'}")
        database.migrate(engine)

        def append(session: Session) -> None:
            audit.append(session, workspace="T1", actor="ana", action="x", subject="app_1", facts={"n": 1}, now=1)

        with database.transaction(engine) as session:
            timed("one AuditEvent, within a transaction", lambda: append(session))

        def whole() -> None:
            with database.transaction(engine) as session:
                append(session)

        timed("one AuditEvent, with its own commit", whole)
        with Session(engine) as session:
            timed(f"verify a chain of {2 * ROUNDS}", lambda: audit.verify(session, "T1"), 5)
        engine.dispose()


if __name__ == "__main__":
    judging()
    remembering()
