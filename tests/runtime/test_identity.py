"""Sessions of visitors, and the ids that apps see."""

from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from runtime import identity
from runtime.identity import SESSION_SECONDS, VisitSessionRow, token_digest, visitor_id
from tests.runtime import scene
from tests.runtime.scene import NOW

SALT = b"0123456789abcdef"
names = st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)


def sign_in(session: Session, name: str = "app_1", now: int = NOW) -> str:
    return identity.open_session(
        session, workspace="T1", app=name, stage="live", person="cy", name="Cy", handle="cy", now=now
    )


def test_the_database_keeps_only_the_digest_of_a_token(session: Session) -> None:
    scene.app(session)
    token = sign_in(session)
    row = session.exec(select(VisitSessionRow)).one()
    assert row.digest == token_digest(token)
    assert token not in str(row.model_dump())
    assert row.expires_at == NOW + 8 * 3600


def test_each_sign_in_has_a_token_and_a_form_token_of_its_own(session: Session) -> None:
    scene.app(session)
    assert len({sign_in(session) for _ in range(10)}) == 10
    assert len({row.csrf for row in session.exec(select(VisitSessionRow))}) == 10


def test_signing_everybody_out_of_one_app_leaves_the_others(session: Session) -> None:
    for name in ("app_1", "app_2"):
        scene.app(session, name)
        sign_in(session, name)
    identity.close_sessions(session, "app_1")
    assert session.exec(select(VisitSessionRow.app)).all() == ["app_2"]


def test_signing_out_ends_one_session_alone(session: Session) -> None:
    scene.app(session)
    here, there = sign_in(session), sign_in(session)
    identity.close_session(session, token_digest(here))
    assert session.exec(select(VisitSessionRow.digest)).all() == [token_digest(there)]


def test_sessions_that_are_over_are_forgotten(session: Session) -> None:
    scene.app(session)
    sign_in(session)
    identity.forget_expired(session, NOW + SESSION_SECONDS - 1)
    assert len(session.exec(select(VisitSessionRow)).all()) == 1
    identity.forget_expired(session, NOW + SESSION_SECONDS)
    assert session.exec(select(VisitSessionRow)).all() == []


@given(names, names, names, names)
def test_a_visitor_has_one_id_in_an_app_and_another_elsewhere(app: str, person: str, other: str, cy: str) -> None:
    same = (app, person) == (other, cy)
    assert (visitor_id(SALT, app, person) == visitor_id(SALT, other, cy)) == same
    assert visitor_id(SALT, app, person) != visitor_id(b"another installation", app, person)
