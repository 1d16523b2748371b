"""The operators' page and their one post a week: what runs, what needs somebody, and how old the advisories are."""

import json
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from bot.approving import excepting
from bot.clockwork import DAY, wall
from bot.operating import anchoring
from bot.platformctl import command
from bot.rows.requests import Request, State
from guardrails import freezes
from guardrails.exceptions import Exemption
from guardrails.freezes import Target
from guardrails.keys import KeyRow
from runtime import apps, defects, deployments, stuck
from tests.bot.desk import Desk

HOUR = 3600
WIDE = "a feedback survey about the new office for everyone in the company"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path, operators="C0OP", osv=tmp_path / "osv", anchors=tmp_path / "anchors" / "audit.jsonl")
    # The page goes by the installation's clock, which is the wall's here.
    made.now = wall()
    fetched(made)
    return made


@pytest.fixture
def live(desk: Desk) -> Request:
    found = desk.press("slipway.publish", desk.ask())
    assert found.state is State.LIVE
    anchoring.tick(desk.wiring)
    return found


def fetched(desk: Desk, hours: int = 1) -> None:
    """The advisories are so old."""
    desk.wiring.osv.mkdir(exist_ok=True)
    at = datetime.fromtimestamp(desk.now - hours * HOUR, UTC)
    (desk.wiring.osv / "fetched").write_text(at.isoformat())


def advise(desk: Desk, name: str = "survey", ecosystem: str = "Slipway") -> None:
    ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99"}]}]
    document = {
        "id": "OSV-2027-1",
        "modified": "2026-01-01T00:00:00Z",
        "summary": "It lets everything out.",
        "database_specific": {"severity": "CRITICAL"},
        "affected": [{"package": {"ecosystem": ecosystem, "name": name}, "ranges": ranges}],
    }
    (desk.wiring.osv / "one.json").write_text(json.dumps(document))


def page(desk: Desk, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str], str]:
    home = desk.wiring.notary.key.parent
    capsys.readouterr()
    code = command.main(["dashboard", "--home", str(home), "--out", str(home / "board")])
    said = capsys.readouterr()
    assert said.err == ""
    return code, said.out.splitlines(), (home / "board" / "index.html").read_text()


class Words(HTMLParser):
    """What a page says, and which elements it has."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.tags: set[str] = set()
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def words(content: str) -> str:
    return " | ".join(one.strip() for one in Words(content).said if one.strip())


def test_where_nothing_needs_anybody_the_page_says_so(
    desk: Desk, live: Request, capsys: pytest.CaptureFixture[str]
) -> None:
    code, lines, content = page(desk, capsys)
    home = desk.wiring.notary.key.parent
    assert (code, lines) == (0, [f"{home / 'board' / 'index.html'}: all is in order"])
    said = words(content)
    assert "All is in order. Nothing needs anybody." in said
    assert "Lunch | lunch | Ana | ops | the people in this channel | nothing outside | " in said
    assert "€0.00" in said and "None in 2 deployments." in said and "whole" in said
    assert Words(content).tags.isdisjoint({"script", "img", "link", "iframe", "form"})


def test_old_advisories_are_said_first_on_the_page(  # K2
    desk: Desk, live: Request, capsys: pytest.CaptureFixture[str]
) -> None:
    fetched(desk, 49)
    code, lines, content = page(desk, capsys)
    assert (code, lines[0][:33]) == (1, "THE ADVISORIES ARE 49 HOURS OLD, ")
    assert words(content).count("THE ADVISORIES ARE 49 HOURS OLD, ") == 2
    fetched(desk, 47)
    assert page(desk, capsys)[0] == 0


def test_without_any_the_page_says_that_nobody_looks(  # K2
    desk: Desk, live: Request, capsys: pytest.CaptureFixture[str]
) -> None:
    for one in desk.wiring.osv.iterdir():
        one.unlink()
    desk.wiring.osv.rmdir()
    code, lines, content = page(desk, capsys)
    assert (code, lines[0][:52]) == (1, "Nobody looks for known weaknesses: there is no folde")
    assert "Nobody looks: there is no folder " in words(content)


def test_a_known_weakness_stands_once_for_an_app_with_its_stages(  # K2
    desk: Desk, live: Request, capsys: pytest.CaptureFixture[str]
) -> None:
    advise(desk)
    code, lines, content = page(desk, capsys)
    assert (code, lines[0]) == (1, "2 known weaknesses in 1 app.")
    assert "Lunch (live, preview) | OSV-2027-1 | critical | survey " in words(content)


def test_everything_that_needs_somebody_is_named(desk: Desk, live: Request, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.press("slipway.publish", desk.ask(WIDE)).state is State.PROPOSED
    app, seen = str(live.app), desk.seen(live.id)
    with Session(desk.wiring.engine) as session, session.begin():
        deployments.pause(session, app, "live", "OutOfCpu", desk.now)
        for row in session.exec(select(KeyRow)):
            row.ends_at = desk.now + 10 * DAY
            session.add(row)
        spared = Exemption(
            workspace="T1",
            subject=app,
            rule="retention",
            owner="dora",
            reason="The law wants it.",
            since=desk.now - 60,
            until=desk.now + 30 * DAY,
        )
        excepting.agree(session, seen, spared, "operator")
    code, lines, content = page(desk, capsys)
    assert code == 1
    assert lines[0].startswith("The signing key ") and lines[0].endswith(": run platformctl key rotate.")
    assert "Lunch is suspended (OutOfCpu)." in lines
    assert any(one.endswith(" waits for a yes from @platform-approvers.") for one in lines)
    said = words(content)
    assert "retention | dora | " in said and "The law wants it." in said
    assert "signs | ends soon" in said and "suspended" in said


def test_what_is_frozen_broken_or_stuck_is_named(
    desk: Desk, live: Request, capsys: pytest.CaptureFixture[str]
) -> None:  # N12 N14 G11
    app = str(live.app)
    with Session(desk.wiring.engine) as session, session.begin():
        standing = deployments.active(session, app, "live")
        assert standing is not None
        target = Target(live.workspace, "template", "survey")
        freezes.freeze(session, target, reason="<b>It leaks.", person="", account="dora", now=desk.now)
        defects.opened(
            session,
            workspace=live.workspace,
            app=app,
            bundle=standing.bundle,
            kind="OutOfCpu",
            visit="v1",
            began=desk.now - HOUR,
            now=desk.now,
        )
        stuck.note(
            session, workspace=live.workspace, app=app, step="archive", trouble="No room.", now=desk.now - 2 * HOUR
        )
    code, lines, content = page(desk, capsys)
    assert code == 1
    [frozen, broken, held] = lines[:-1]
    assert frozen.startswith("The template survey stands frozen since ") and frozen.endswith("by operator dora.")
    assert broken.startswith("Lunch fails its visitors since ") and "(OutOfCpu)" in broken
    assert held.startswith("Lunch: its archive could not be written, since ")
    said = words(content)
    assert "template survey | " in said and "operator dora | <b>It leaks." in said
    assert "fails its visitors | " in said and "No room. | tried 1 time, again on " in said


def test_a_broken_chain_and_an_unsigned_app_come_first(
    desk: Desk, live: Request, capsys: pytest.CaptureFixture[str]
) -> None:  # S12, K1
    (desk.wiring.bundles.folder / "referrers" / f"{str(live.bundle)[7:]}.json").unlink()
    with Session(desk.wiring.engine) as session, session.begin():
        session.execute(text("DROP TRIGGER audit_event_no_update"))
        session.execute(text("UPDATE audit_event SET why = 'x' WHERE seq = 3"))
    code, lines, content = page(desk, capsys)
    assert code == 1
    assert lines[0] == "The audit chain of T1 is broken: event 3 was changed."
    assert "Lunch does not run: nobody signed it." in lines
    assert "T1 | broken | event 3 was changed" in words(content)


def test_what_people_wrote_is_text_on_the_page(desk: Desk, live: Request, capsys: pytest.CaptureFixture[str]) -> None:
    with Session(desk.wiring.engine) as session, session.begin():
        apps.change(session, str(live.app), title="<script>alert(1)</script>", collaborators=(), named=())
    content = page(desk, capsys)[2]
    assert "<script>" not in content and "&lt;script&gt;alert(1)&lt;/script&gt;" in content


def test_without_an_installation_there_is_no_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["dashboard", "--home", str(tmp_path), "--out", str(tmp_path / "board")]) == 1
    assert capsys.readouterr().err == f"platformctl: there is no {tmp_path / 'control.db'}\n"


def weekly(desk: Desk) -> list[str]:
    anchoring.tick(desk.wiring)
    desk.tick()
    return [one.text for one in desk.chat.messages.values() if one.text.startswith(":anchor:")]


def test_the_one_post_a_week_says_how_old_the_advisories_are(desk: Desk) -> None:  # K2, S12
    desk.press("slipway.publish", desk.ask())
    fetched(desk, 49)
    [said] = weekly(desk)
    head, advised, coming, wanted = said.splitlines()
    assert head.startswith(":anchor: The audit chain has ")
    assert advised.startswith(":rotating_light: THE ADVISORIES ARE 49 HOURS OLD, of ")
    assert coming == ":calendar: 1 app is live, 0 end within a week, 0 wait for approval."
    assert wanted.startswith(
        ":bulb: 0 kinds of app are wanted that the shelf does not have; 0 requests came to nothing"
    )
    desk.now += 7 * DAY
    fetched(desk)
    first, second = weekly(desk)
    assert first == said
    assert second.splitlines()[1].startswith(":mag: Advisories of ")
    assert "1 ends within a week" in second
    assert len(weekly(desk)) == 2


def test_the_post_says_that_nobody_looks(desk: Desk, live: Request) -> None:  # K2
    (desk.wiring.osv / "fetched").unlink()
    desk.wiring.osv.rmdir()
    desk.now += 7 * DAY
    said = weekly(desk)[-1]
    assert ":rotating_light: NOBODY LOOKS FOR KNOWN WEAKNESSES: there is no folder " in said
