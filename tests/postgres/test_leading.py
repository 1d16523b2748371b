"""One leads and the others wait; what was begun under a term that is over changes nothing."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from bot import database, fencing, leading
from bot.chat import ChatError, Message, Place
from bot.database import transaction
from bot.leading import Fenced, Lease
from bot.posting import outbox
from bot.posting.outbox import Post
from bot.slack.web_api import SlackChat
from tests import engines
from tests.bot.test_outbox import Recorder

pytestmark = pytest.mark.postgres
NOW = 1_800_000_000


class Watch:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    one = engines.fresh(tmp_path)
    yield one
    one.dispose()


def lapse(engine: Engine) -> None:
    """Its time passes on the database's clock."""
    with transaction(engine) as session:
        session.execute(text("UPDATE leader SET until = 1"))


def put(engine: Engine, key: str) -> None:
    with transaction(engine) as session:
        outbox.put(session, Post(key, Place("T1", "C1"), Message("hello")), NOW)


def test_one_leads_until_its_lease_lapses_and_the_next_has_a_higher_term(engine: Engine) -> None:  # D8
    watch = Watch()
    first, second = Lease(engine, watch, "first"), Lease(engine, watch, "second")
    assert (first.renew(), second.renew(), first.renew()) == (True, False, True)
    assert (first.held(), second.held(), first.term, second.term) == (True, False, 1, 0)
    lapse(engine)
    assert (second.renew(), first.renew()) == (True, False)
    assert (first.held(), second.held(), second.term) == (False, True, 2)


def test_of_many_who_look_at_the_same_moment_one_leads(engine: Engine) -> None:  # D8
    ready, leases = threading.Barrier(6), [Lease(engine, Watch(), str(number)) for number in range(6)]

    def look(one: Lease) -> None:
        ready.wait()
        one.renew()

    threads = [threading.Thread(target=look, args=(one,)) for one in leases]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(one.held() for one in leases) == [False] * 5 + [True]


def test_a_leader_that_cannot_renew_stops_to_believe_in_its_lease_before_it_ends(engine: Engine) -> None:
    watch = Watch()
    lease = Lease(engine, watch)
    lease.renew()
    watch.at += leading.LASTS - leading.EARLIER - 0.01
    assert lease.held()
    watch.at += 0.02
    assert not lease.held()
    assert lease.renew(), "nobody took it meanwhile"
    assert (lease.held(), lease.term) == (True, 1)


def test_a_transaction_of_a_term_that_is_over_is_refused_and_leaves_nothing(engine: Engine) -> None:  # D6, D8
    old, new = Lease(engine, Watch(), "old"), Lease(engine, Watch(), "new")
    old.renew()
    mine = fencing.fence(engine, old)
    put(mine, "while it led")
    lapse(engine)
    new.renew()
    assert old.held(), "it was stopped, and does not know"
    with pytest.raises(Fenced, match="term 1 is over"):
        put(mine, "too late")
    put(fencing.fence(engine, new), "of the next")
    with Session(engine) as session:
        known = [outbox.known(session, key) for key in ("while it led", "too late", "of the next")]
    assert known == [True, False, True]
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # a QueuePool


def test_who_waits_for_the_lock_while_the_next_begins_to_lead_is_refused_behind_it(engine: Engine) -> None:  # D6, D8
    old, failed = Lease(engine, Watch(), "old"), list[str]()
    old.renew()
    mine = fencing.fence(engine, old)

    def write() -> None:
        try:
            put(mine, "too late")
        except Fenced as error:
            failed.append(str(error))

    with transaction(engine) as session:
        session.execute(text("SELECT 1"))  # the lock is ours
        late = threading.Thread(target=write)
        late.start()
        late.join(0.5)
        assert late.is_alive(), "it stands at the lock"
        session.execute(text("UPDATE leader SET term = 2, holder = 'new'"))
    late.join(10)
    assert failed == ["term 1 is over"]
    put(engine, "of others")
    with Session(engine) as session:
        assert (outbox.known(session, "too late"), outbox.known(session, "of others")) == (False, True)


def test_nobody_becomes_leader_in_the_middle_of_a_leaders_transaction(engine: Engine) -> None:
    old, new = Lease(engine, Watch(), "old"), Lease(engine, Watch(), "new")
    old.renew()
    lapse(engine)
    done: list[str] = []
    with transaction(fencing.fence(engine, old)) as session:
        outbox.known(session, "begins here")
        taker = threading.Thread(target=lambda: done.append(f"taken {new.renew()}"))
        taker.start()
        taker.join(0.3)
        done.append("written")
        outbox.put(session, Post("k", Place("T1", "C1"), Message("hello")), NOW)
    taker.join(10)
    assert done == ["written", "taken True"]


def test_what_still_goes_on_of_an_older_term_keeps_us_from_the_next(engine: Engine) -> None:
    lease, other = Lease(engine, Watch(), "mine"), Lease(engine, Watch(), "other")
    lease.renew()
    going, go = threading.Event(), threading.Event()

    def slow() -> None:
        going.set()
        go.wait(10)

    tick = threading.Thread(target=lease.only("slow", slow))
    tick.start()
    going.wait(10)
    for taker in (other, lease):
        lapse(engine)
        taker.renew()
    assert (other.term, lease.term, lease.held()) == (2, 1, False)
    go.set()
    tick.join()
    assert (lease.renew(), lease.term) == (True, 3)


def test_who_does_not_lead_ticks_nothing_but_its_own_connection(engine: Engine) -> None:
    done: list[str] = []
    lease, other = Lease(engine, Watch()), Lease(engine, Watch())
    other.renew()
    ticks: dict[str, Callable[[], object]] = {
        name: lease.only(name, lambda name=name: done.append(name)) for name in ("journey", "outbox", "connection")
    }
    for one in ticks.values():
        one()
    assert done == ["connection"]
    lapse(engine)
    lease.renew()
    ticks["outbox"]()
    assert done == ["connection", "outbox"]


def test_a_post_goes_out_once_though_two_take_turns_in_the_middle(engine: Engine) -> None:  # D6, L7
    """The first has claimed it and is stopped before it calls the chat; the second finds it claimed."""
    watch = Watch()
    first, second = Lease(engine, watch, "first"), Lease(engine, watch, "second")
    first.renew()
    put(engine, "card:1")
    chat = Recorder()

    class Stopped(fencing.LeadersChat):
        """Stops right before the call, until the other is done."""

        def post(self, place: Place, message: Message, key: str) -> str:
            lapse(engine)
            watch.at += 60
            second.renew()
            outbox.deliver(fencing.fence(engine, second), chat, NOW)
            self._look()
            return chat.post(place, message, key)

    stopped = Stopped(SlackChat("xoxb-test", "http://localhost/"), first)
    with pytest.raises(Fenced):
        outbox.deliver(fencing.fence(engine, first), stopped, NOW)
    assert chat.posted == [("card:1", "hello")]


def test_a_call_to_the_chat_is_refused_when_nobody_knows_who_leads(engine: Engine) -> None:
    lease = Lease(engine, Watch())
    chat = fencing.LeadersChat(SlackChat("xoxb-test", "http://127.0.0.1:1/"), lease)
    for call in (
        lambda: chat.post(Place("T1", "C1"), Message("x"), "k"),
        lambda: chat.respond("http://127.0.0.1:1/", "x"),
        lambda: chat.dm("U1"),
    ):
        with pytest.raises(ChatError, match="not_leading"):
            call()


def test_a_process_that_stops_lets_the_next_lead_at_once(engine: Engine) -> None:
    first, second = Lease(engine, Watch()), Lease(engine, Watch())
    first.start()
    assert not second.renew()
    first.stop()
    assert (second.renew(), first.held()) == (True, False)


def test_without_the_database_nobody_leads() -> None:
    engine = database.connect("postgresql://slipway@127.0.0.1:1/slipway")
    lease = Lease(engine, Watch())
    lease.start()
    assert not lease.held()
    lease.stop()
    engine.dispose()


def test_with_sqlite_there_is_one_and_it_leads(tmp_path: Path) -> None:
    engine = database.connect(f"sqlite:///{tmp_path / 'control.db'}")
    lease = Lease(engine, Watch())
    lease.start()

    def tick() -> None:
        """Nothing."""

    assert lease.held()
    assert lease.only("journey", tick) is tick
    lease.stop()
    engine.dispose()
