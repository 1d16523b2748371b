"""`platformctl usage`: each cost with whose it is, and the sum of all of them."""

import csv
import io
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from bot import database
from bot.platformctl import command
from runtime import bill, prices, usage
from runtime.bill import COLUMNS
from runtime.prices import RESOURCES, Usage
from runtime.usage import Line
from tests.runtime import scene
from tests.runtime.scene import DAY

pytestmark = pytest.mark.scenario

HOUR = 3_600_000_000
NOVEMBER = 1_793_491_200 // DAY
"""1 Nov 2026, as a day."""
TABLE = prices.load()
usages = st.builds(Usage, *(st.integers(0, 10**12) for _ in RESOURCES))
lines = st.lists(
    st.builds(
        Line,
        st.just("T1"),
        st.sampled_from(["app_1", "app_2", "lost", ""]),
        st.sampled_from(["live", "preview"]),
        st.integers(0, 30),
        st.sampled_from(["ops", "hr", ""]),
        st.just("ops"),
        st.just("survey@1.0"),
        usages,
    ),
    max_size=20,
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two apps that used something in November, one line that belongs to nobody, and one of December."""
    engine = database.connect(f"sqlite:///{tmp_path / 'control.db'}")
    database.migrate(engine)
    with Session(engine) as session, session.begin():
        scene.app(session, "app_1", "Lunch survey")
        scene.app(session, "app_2", '=cmd|"x", y')
        for app, stage, day, tag, used in (
            ("app_1", "live", NOVEMBER, "ops", Usage(cpu_us=HOUR, calls=1000)),
            ("app_1", "live", NOVEMBER + 29, "ops", Usage(cpu_us=HOUR)),
            ("app_1", "preview", NOVEMBER + 3, "", Usage(calls=50)),
            ("app_2", "live", NOVEMBER + 4, "hr", Usage(cpu_us=2 * HOUR)),
            ("req_9", "preview", NOVEMBER + 5, "", Usage(model_tokens=10**6)),
            ("app_1", "live", NOVEMBER + 30, "ops", Usage(cpu_us=90 * HOUR)),
        ):
            template = "survey@1.0" if app.startswith("app") else ""
            usage.add(session, Line("T1", app, stage, day, tag, "ops", template, used))
    engine.dispose()
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], home: Path, *arguments: str) -> str:
    assert command.main(["usage", "--home", str(home), "--month", "2026-11", *arguments]) == 0
    return capsys.readouterr().out


def rows(text: str) -> list[Mapping[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_table_has_a_line_for_each_app_and_one_for_nobodys(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:  # G9
    monkeypatch.setenv("SLIPWAY_BUDGET_TAGS", "ops=4711,hr=4712")
    assert run(capsys, home).splitlines() == [
        "APP           STAGE    TEAM  TAG  COST CENTRE  COST",
        '=cmd|"x", y   live     ops   hr   4712         €0.1000',
        "Lunch survey  live     ops   ops  4711         €0.1002",
        "Lunch survey  preview  ops   -    -            €0.0000",
        "unattributed  -        -     -    -            €0.6000",
        "total                                          €0.8002",
    ]


def test_the_csv_carries_whose_each_cost_is(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:  # G9
    monkeypatch.setenv("SLIPWAY_BUDGET_TAGS", "ops=4711")
    found = rows(run(capsys, home, "--csv", "--app", "lunch-survey"))
    assert tuple(found[0]) == COLUMNS
    first = found[0]
    assert {name: first[name] for name in COLUMNS if name != "Tags"} == {
        "BilledCost": "0.1000000000",
        "BillingCurrency": "EUR",
        "BillingPeriodStart": "2026-11-01T00:00:00Z",
        "BillingPeriodEnd": "2026-12-01T00:00:00Z",
        "ChargeCategory": "Usage",
        "ChargeDescription": "processor time",
        "ChargePeriodStart": "2026-11-01T00:00:00Z",
        "ChargePeriodEnd": "2026-12-01T00:00:00Z",
        "ConsumedQuantity": "2.0000000000",
        "ConsumedUnit": "CPU hour",
        "EffectiveCost": "0.1000000000",
        "ListUnitPrice": "0.05",
        "ProviderName": "Slipway",
        "ResourceId": "app_1",
        "ResourceName": "Lunch survey",
        "ResourceType": "micro app",
        "ServiceCategory": "Compute",
        "ServiceName": "Slipway",
        "SkuId": "cpu_us",
        "SubAccountId": "T1",
    }
    assert json.loads(first["Tags"]) == {
        "app": "app_1",
        "budget_tag": "ops",
        "cost_centre": "4711",
        "stage": "live",
        "team": "ops",
        "template": "survey@1.0",
    }
    assert {one["ResourceId"] for one in found} == {"app_1"}


def test_a_title_runs_nothing_in_a_spreadsheet(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert {one["ResourceName"] for one in rows(run(capsys, home, "--csv", "--app", "app_2"))} == {'\'=cmd|"x", y'}


def test_the_apps_and_nobodys_line_add_up_to_the_total(home: Path, capsys: pytest.CaptureFixture[str]) -> None:  # G9
    def costs(*arguments: str) -> list[Decimal]:
        return [Decimal(one["BilledCost"]) for one in rows(run(capsys, home, "--csv", *arguments))]

    nobodys = [one for one in rows(run(capsys, home, "--csv")) if one["ResourceName"] == "unattributed"]
    assert [one["ChargeDescription"] for one in nobodys] == ["the language model"]
    apart = [*costs("--app", "app_1"), *costs("--app", "app_2"), Decimal(nobodys[0]["BilledCost"])]
    assert sum(costs()) == sum(apart) == Decimal("0.80021")


@given(lines)
def test_whatever_was_used_is_charged_once(found: list[Line]) -> None:  # G9
    charged = bill.charges(found, TABLE, {"app_1": "One", "app_2": "Two"}, {"ops": "4711"})
    spent = TABLE.total(sum((one.used for one in found), Usage())) / 100
    assert abs(bill.total(charged) - spent) <= Decimal("1e-10") * max(1, len(charged))
    assert {one.app for one in charged if one.title == bill.UNATTRIBUTED} <= {""}
    keys = [(one.app, one.stage, one.tag, one.resource) for one in charged]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("month", "complaint"),
    [
        ("november", "platformctl: 'november' is no month: write it as 2026-11\n"),
        ("2026-13", "platformctl: '2026-13' is no month: write it as 2026-11\n"),
    ],
)
def test_a_month_that_is_none_is_said(
    home: Path, capsys: pytest.CaptureFixture[str], month: str, complaint: str
) -> None:
    assert command.main(["usage", "--home", str(home), "--month", month]) == 1
    assert capsys.readouterr().err == complaint


def test_a_folder_without_an_installation_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["usage", "--home", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"platformctl: there is no {tmp_path / 'control.db'}\n"
    database.connect(f"sqlite:///{tmp_path / 'control.db'}").connect().close()
    assert command.main(["usage", "--home", str(tmp_path)]) == 1
    assert capsys.readouterr().err.endswith("is of another version: start `platformctl control` once\n")
