"""What becomes of the rows in a store when an app goes to another of its versions."""

from hypothesis import given
from hypothesis import strategies as st

from runtime.compatible import READS, Fit, fit
from templates.manifest import StoreCapability, Table

KINDS = ("text", "long_text", "number", "money", "date", "email", "select", "checkbox", "url", "person", "choices")


def store(anonymous: bool = False, per_user: bool = False, **fields: str) -> StoreCapability:
    return StoreCapability(
        tables={"answers": Table.model_validate({"fields": fields, "anonymous": anonymous, "per_user": per_user})}
    )


def test_the_same_schema_keeps_everything() -> None:  # D12
    one = store(meal="text")
    assert fit(one, [one], {"answers"}).fate == "kept"


def test_a_field_that_only_the_later_version_knows_stays_and_is_hidden() -> None:  # D12
    found = fit(store(meal="text"), [store(meal="text", mood="text")], {"answers"})
    assert (found.fate, found.hidden) == ("hidden", ("answers.mood",))


def test_a_field_that_only_the_older_version_knows_harms_nothing() -> None:  # D12
    assert fit(store(meal="text", mood="text"), [store(meal="text")], {"answers"}) == Fit()


def test_another_kind_under_the_same_name_cannot_be_read() -> None:  # D12
    found = fit(store(meal="number"), [store(meal="text")], {"answers"})
    assert (found.fate, found.unreadable) == ("unreadable", ("answers.meal",))
    assert fit(store(meal="date"), [store(meal="text")], {"answers"}).fate == "unreadable"
    assert fit(store(meal="text"), [store(meal="date")], {"answers"}).fate == "kept"
    assert fit(store(meal="money"), [store(meal="number")], {"answers"}).fate == "kept"


def test_whose_rows_they_are_is_a_promise_that_no_version_breaks() -> None:  # D12
    for then, now in (({"per_user": True}, {}), ({}, {"per_user": True}), ({"anonymous": True}, {})):
        found = fit(store(meal="text", **then), [store(meal="text", **now)], {"answers"})
        assert found.unreadable == ("answers",)


def test_a_table_that_the_version_does_not_know_is_hidden_whole() -> None:  # D12
    assert fit(None, [store(meal="text")], {"answers"}).hidden == ("answers",)


def test_where_nothing_was_entered_nothing_can_be_lost() -> None:  # D12
    assert fit(store(meal="number"), [store(meal="text")], set()) == Fit()


@given(
    st.dictionaries(st.sampled_from(("a", "b", "c")), st.sampled_from(KINDS)),
    st.lists(st.dictionaries(st.sampled_from(("a", "b", "c")), st.sampled_from(KINDS)), max_size=3),
)
def test_every_field_that_was_written_is_read_hidden_or_refused(
    reads: dict[str, str], written: list[dict[str, str]]
) -> None:  # D12: never silent loss
    found = fit(store(**reads), [store(**one) for one in written], {"answers"})
    for one in written:
        for field, kind in one.items():
            named = f"answers.{field}"
            same = field in reads and (kind == reads[field] or kind in READS.get(reads[field], ()))  # type: ignore[call-overload]  # any kind
            assert same or named in found.hidden or named in found.unreadable
