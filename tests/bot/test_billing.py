"""Who is charged, what is estimated and what it has cost: on the card, in the Proposal, and before anything is live."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot import settings
from bot.billing import Billing
from bot.main import billing
from bot.operating import upkeep
from bot.rows.requests import Request, State
from bot.settings import BadSetting, GatewaySettings, Settings, SlackSettings
from generator.model import Reading
from generator.offline_model import OfflineModel
from generator.receipt import Receipt, exchange
from guardrails import approvals, audit
from runtime import prices, usage
from runtime.deployments import DeploymentRow
from runtime.prices import Usage
from runtime.spool import Spool
from runtime.usage import Line
from templates.manifest import Digest
from tests.bot.desk import DAY, START, WORKSPACE, Desk

pytestmark = pytest.mark.scenario

FINANCE = {"marketing": "4711", "Sales": "4712"}
TODAY = START // DAY


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.wiring.engine.dispose()


def charging(desk: Desk, tags: Mapping[str, str] = FINANCE, **more: object) -> Desk:
    desk.wiring = replace(desk.wiring, billing=replace(desk.wiring.billing, tags=tags, **more))
    return desk


def live(desk: Desk, request: Request) -> DeploymentRow | None:
    with Session(desk.wiring.engine) as session:
        return session.exec(
            select(DeploymentRow).where(DeploymentRow.app == request.app, DeploymentRow.stage == "live")
        ).first()


def called(desk: Desk, app: str, times: int, at: int = START, cpu_ms: float = 10.0) -> None:
    worker = Spool(desk.wiring.usage, f"w{at}")
    for n in range(times):
        worker.keep({"at": at, "app": app, "stage": "live", "cpu_ms": cpu_ms, "request": f"r{at}{n}"})
    worker.close()
    upkeep.count(desk.wiring)


def published(desk: Desk) -> Request:
    shown = desk.press("slipway.publish", desk.ask())
    assert shown.state == State.LIVE
    return shown


def test_the_channel_pays_when_nobody_says_otherwise(desk: Desk) -> None:  # D11
    shown = published(desk)
    row = live(desk, shown)
    assert row is not None
    assert (row.budget_tag, row.proposal) == ("ops", shown.proposal)
    with Session(desk.wiring.engine) as session:
        assert row.audit in {one.digest for one in audit.story(session, shown.id, shown.app or "")}
        kept = desk.wiring.bundles.get(row.bundle).manifest
    assert (row.limits, kept.labels) == (kept.limits.model_dump_json(), {"team": "ops"})


def test_a_channel_that_finance_does_not_know_gets_previews_only(desk: Desk) -> None:  # D11
    shown = charging(desk).ask()
    assert shown.state == State.PREVIEWED
    shown = desk.press("slipway.publish", shown)
    assert (shown.state, live(desk, shown)) == (State.PREVIEWED, None)
    card = desk.card(shown)
    assert "*To publish this:*" in card
    assert "The app has no billing tag, so nobody would see what it costs." in card
    assert "Press Change answers and name one" in card
    assert "preview.test" in card


def test_the_form_offers_the_tags_that_finance_knows_and_takes_no_other(desk: Desk) -> None:  # G9, D11
    shown = desk.press("slipway.publish", charging(desk).ask())
    first = desk.form(shown)["blocks"][0]
    assert (first["block_id"], first["label"]["text"]) == ("budget_tag", "Billing tag")
    assert [one["value"] for one in first["element"]["options"]] == ["marketing", "Sales"]
    assert desk.send(shown, budget_tag="secret fund") == {
        "budget_tag": "Finance knows no billing tag “secret fund”. Use one of: marketing, Sales."
    }
    assert desk.seen(shown.id).state == State.PREVIEWED
    assert desk.send(shown, budget_tag="sales") == {}
    shown = desk.press("slipway.publish", shown)
    row = live(desk, shown)
    assert row is not None
    assert (shown.state, row.budget_tag) == (State.LIVE, "Sales")


def test_a_tag_that_finance_has_dropped_since_does_not_go_live(desk: Desk) -> None:  # D11
    shown = desk.ask()
    shown = desk.press("slipway.publish", charging(desk) and shown)
    assert (shown.state, live(desk, shown)) == (State.PREVIEWED, None)
    assert "Finance knows no billing tag “ops”, so nobody would see what it costs." in desk.card(shown)
    assert "Change its billing tag to one of: marketing, Sales." in desk.card(shown)


def test_what_has_no_price_is_not_published_and_not_free(desk: Desk) -> None:  # C1
    table = prices.load()
    poorer = table.model_copy(update={"prices": {k: v for k, v in table.prices.items() if k != "storage_byte_days"}})
    shown = charging(desk, {}, prices=poorer).ask()
    shown = desk.press("slipway.publish", shown)
    assert (shown.state, live(desk, shown)) == (State.PREVIEWED, None)
    assert (
        "The price table has no price for storage_byte_days, so nobody could say what this app costs. "
        "Ask the platform team to add it. The preview works without one."
    ) in desk.card(shown)


def test_a_preview_shows_a_guess_with_its_drivers_and_what_runs_it(desk: Desk) -> None:  # C3
    assert (
        "*Costs* €0.01–0.09 a month, a guess: no history yet "
        "(mostly processor time, visits and stored entries; runs in the wasm sandbox)."
    ) in desk.card(desk.ask())


def test_approvers_see_the_range_and_where_it_comes_from(desk: Desk) -> None:  # C3
    shown = desk.ask("a feedback survey for everyone in the company about the new office")
    shown = desk.press("slipway.publish", shown)
    assert shown.state == State.PROPOSED
    range_ = (
        "a month, a guess: no history yet (mostly processor time, visits and stored entries; runs in the wasm sandbox)."
    )
    assert range_ in desk.chat.shown("approval:") and range_ in desk.card(shown)


def test_five_apps_of_a_week_are_a_basis_and_the_digest_binds_it(desk: Desk) -> None:  # C3
    with Session(desk.wiring.engine) as session, session.begin():
        for n in range(5):
            for day in (TODAY - 7, TODAY - 1):
                used = Usage(cpu_us=(n + 1) * 10**11, calls=10)
                usage.add(session, Line(WORKSPACE, f"app_{n}", "live", day, "ops", "ops", "survey@1.0", used))
    shown = desk.ask()
    assert "*Costs* €16.66–54.77 a month, as 5 sibling apps of this template cost (mostly " in desk.card(shown)
    shown = desk.press("slipway.publish", shown)
    with Session(desk.wiring.engine) as session:
        standing = approvals.get(session, shown.proposal or "")
    assert standing is not None
    proposal = standing.proposal
    assert (proposal.cost_low, proposal.cost_high) == (1666, 5477)
    assert proposal.cost_basis.startswith("as 5 sibling apps of this template cost (mostly processor time")
    assert proposal.model_copy(update={"cost_basis": "another"}).digest != proposal.digest
    assert proposal.model_copy(update={"cost_high": 10**6}).digest != proposal.digest


def test_a_live_card_says_what_the_app_cost_at_most_once_a_day(desk: Desk) -> None:  # U9
    shown = published(desk)
    assert "Cost so far" not in desk.card(shown)
    open_store(desk, shown)
    called(desk, shown.app or "", 5)
    upkeep.survey(desk.wiring)
    desk.tick()
    assert "*Cost so far* less than €0.01 in December 2026." in desk.card(shown)
    posts, updates = len(desk.chat.keys), desk.chat.updates
    for minute in range(1, 600, 60):
        desk.now = START + minute * 60
        called(desk, shown.app or "", 1, desk.now, cpu_ms=4_000_000.0)
        upkeep.survey(desk.wiring)
        desk.tick()
    assert (len(desk.chat.keys), desk.chat.updates) == (posts, updates)
    desk.now = START + DAY
    for _ in range(5):
        upkeep.survey(desk.wiring)
        desk.tick()
    assert (len(desk.chat.keys), desk.chat.updates) == (posts, updates + 1)
    assert "*Cost so far* €0.56 in December 2026." in desk.card(shown)


def test_a_store_that_fills_up_is_said_on_the_card_and_taken_back(desk: Desk) -> None:  # T3
    shown = published(desk)
    assert shown.app is not None
    box = open_store(desk, shown)
    while gauge_of(desk, shown) < 80:
        for _ in range(100):
            box.insert("responses", {"x": "y" * 4000}, at=START, by="v_1", most=10_000)
    called(desk, shown.app, 1)
    desk.tick()
    warning = ":warning: *Its store is more than 80 % full.* When it is full, new entries are refused."
    assert warning in desk.card(shown)
    updates = desk.chat.updates
    called(desk, shown.app, 1, START + 60)
    desk.tick()
    assert desk.chat.updates == updates
    desk.now = START + 100 * DAY
    upkeep.purge(desk.wiring)
    called(desk, shown.app, 1, desk.now)
    desk.tick()
    assert warning not in desk.card(shown)


def test_old_rows_are_forgotten_and_that_is_recorded_once(desk: Desk) -> None:  # T15
    shown = published(desk)
    box = open_store(desk, shown)
    for n in range(3):
        box.insert("responses", {"x": str(n)}, at=START, by="v_1", most=10)
    desk.now = START + 14 * DAY
    upkeep.purge(desk.wiring)
    assert len(desk.wiring.data.export(shown.app or "", "live")["responses"]) == 3
    desk.now = START + 15 * DAY
    for _ in range(3):
        upkeep.purge(desk.wiring)
    assert desk.wiring.data.export(shown.app or "", "live") == {}
    with Session(desk.wiring.engine) as session:
        told = [one.facts for one in audit.story(session, shown.app or "") if one.action == "entries.forgotten"]
        assert audit.verify(session, WORKSPACE) == ()
    assert told == [{"count": 3}]


def open_store(desk: Desk, request: Request):
    row = live(desk, request)
    assert row is not None and request.app is not None
    limits = desk.wiring.bundles.get(row.bundle).manifest.limits
    return desk.wiring.data.open(request.app, "live", limits.store_mb)


def gauge_of(desk: Desk, request: Request) -> int:
    row = live(desk, request)
    assert row is not None and request.app is not None
    limits = desk.wiring.bundles.get(row.bundle).manifest.limits
    return 100 * desk.wiring.data.measure(request.app, "live").used // (limits.store_mb << 20)


class Counting:
    """A model whose provider counts a thousand tokens a reading."""

    def read(self, text: str, today: date) -> Reading:
        return counted(OfflineModel().read(text, today))

    def fill(self, text: str, today: date, kind: str) -> Reading:
        return counted(OfflineModel().fill(text, today, kind))


def counted(reading: Reading) -> Reading:
    said = exchange([{"role": "user", "content": "x"}], "y", 1000)
    return replace(reading, receipt=Receipt(model="m", prompts=Digest("p"), exchanges=(said,)))


def test_the_tokens_that_were_read_for_an_app_are_its_own_and_others_nobodys(desk: Desk) -> None:  # G9
    desk.wiring = replace(desk.wiring, model=Counting())
    shown, lost = desk.ask(), desk.ask("what is the weather like")
    assert (shown.state, lost.app) == (State.PREVIEWED, None)
    with Session(desk.wiring.engine) as session:
        lines = usage.lines(session, TODAY, TODAY + 1)
    assert {(one.app, one.tag, one.team): one.used.model_tokens for one in lines} == {
        (shown.app, "ops", "ops"): 1000,
        (lost.id, "", ""): 1000,
    }


def test_tags_with_their_cost_centres_are_read_from_the_environment() -> None:
    assert settings.budget_tags({}) == {}
    assert settings.budget_tags({"SLIPWAY_BUDGET_TAGS": "ops=4711, hr = 12 ,guests,"}) == {
        "ops": "4711",
        "hr": "12",
        "guests": "",
    }
    for bad in ("=4711", "ops=1,ops=2", "x" * 81):
        with pytest.raises(BadSetting, match="SLIPWAY_BUDGET_TAGS has "):
            settings.budget_tags({"SLIPWAY_BUDGET_TAGS": bad})


def test_a_price_table_that_cannot_be_used_stops_the_start(tmp_path: Path) -> None:
    mine = tmp_path / "prices.yaml"
    given = Settings(GatewaySettings(tmp_path), SlackSettings("x"), prices=mine)
    with pytest.raises(BadSetting, match=r"prices\.yaml cannot be read"):
        billing(given)
    mine.write_text(prices.SHIPPED.read_text().replace("currency: EUR", "currency: CHF"))
    assert billing(given).prices.currency == "CHF"


@pytest.mark.parametrize(
    ("tags", "said", "team", "charged"),
    [
        ({}, "", "ops", "ops"),
        ({}, " hr ", "ops", "hr"),
        (FINANCE, "", "sales", "Sales"),
        (FINANCE, "", "ops", ""),
        (FINANCE, "MARKETING", "sales", "marketing"),
        (FINANCE, "nobody", "sales", ""),
    ],
)
def test_who_is_charged(tags: Mapping[str, str], said: str, team: str, charged: str) -> None:
    assert Billing(tags=tags).tag(said, team) == charged
