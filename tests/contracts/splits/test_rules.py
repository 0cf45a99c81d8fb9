"""Environments by condition."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irm_core.contracts.splits import RulesSplit

RULES = {"urban": "density > 1000", "rural": "density <= 1000"}


def test_a_missing_value_falls_into_no_environment(environments):
    assert environments(RulesSplit(rules=RULES), density=[2000.0, 1.0, None]) == ["urban", "rural", None]


def test_a_row_that_several_rules_claim_belongs_to_none(environments):
    split = RulesSplit(rules={"low": "age < 50", "high": "age > 40"})
    assert environments(split, age=[10, 45, 90, None]) == ["low", None, "high", None]


@settings(deadline=None, max_examples=40)
@given(
    values=st.lists(st.integers(-5, 5) | st.none()),
    bounds=st.dictionaries(st.sampled_from("abcd"), st.integers(-5, 5), min_size=1),
)
def test_a_row_is_where_exactly_one_rule_holds(values, bounds):
    split = RulesSplit(rules={name: f"x >= {bound}" for name, bound in bounds.items()})
    frame = pl.LazyFrame({"x": pl.Series(values, dtype=pl.Int64)})
    found = frame.select(split.environment(frame)).collect().to_series()
    for value, name in zip(values, found, strict=True):
        holding = [one for one, bound in bounds.items() if value is not None and value >= bound]
        assert name == (holding[0] if len(holding) == 1 else None)


def test_attributes_are_the_columns_that_conditions_name():
    split = RulesSplit(rules={"a": "x > 1 AND y = 'b'", "b": '"odd name" IS NULL'})
    assert split.attributes() == {"x": ("rules", "a"), "y": ("rules", "a"), "odd name": ("rules", "b")}


@pytest.mark.parametrize(
    ("rules", "more", "place", "told"),
    [
        ({"a": "note > 3"}, {}, ("rules", "a"), "cannot compare"),
        ({"a": "age"}, {}, ("rules", "a"), "must be a condition"),
        ({"a": "REGEXP_LIKE(note, '(')"}, {}, ("rules", "a"), "cannot be evaluated"),
        ({"": "age > 3"}, {}, ("rules",), "needs a name"),
        ({"missing": "age > 3"}, {"missing": "own"}, ("rules",), "rename the environment"),
        ({"pooled": "age > 3"}, {"small": "pool"}, ("rules",), "rename the environment"),
        ({"old": "age > 3"}, {"hold_out": ("odl",)}, ("holdOut",), "did you mean 'old'?"),
    ],
)
def test_faults(faults, rules, more, place, told):
    ((found, sentence),) = faults(RulesSplit(rules=rules, **more), age=pl.Int64, note=pl.String)
    assert found == place
    assert told in sentence
