"""All but the newest of each kind, in their order."""

from hypothesis import given
from hypothesis import strategies as st

from irm_core.data.newest import beyond_newest


@given(st.lists(st.sampled_from("abc")), st.integers(1, 4))
def test_each_kind_keeps_its_first_few_and_no_more(kinds, keep) -> None:
    things = list(enumerate(kinds))
    gone = beyond_newest(things, keep, lambda one: one[1])
    kept = [one for one in things if one not in gone]
    assert gone == sorted(gone)
    for kind in "abc":
        every = [one for one in things if one[1] == kind]
        assert [one for one in kept if one[1] == kind] == every[:keep]
