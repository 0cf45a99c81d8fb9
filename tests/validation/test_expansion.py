"""Rules within environments: a result for each, from one pass."""

from dataclasses import replace

import polars as pl
import pytest

from irm_core.contracts.aggregates import BROKEN_ROWS
from irm_core.contracts.names import FILE, LINE
from irm_core.contracts.splits import ColumnSplit
from irm_core.contracts.within import Within
from irm_core.errors import DataError
from irm_core.validation.engine import PolarsExecutionEngine
from irm_core.validation.validate import validate

NOT_NULL = "expect_column_values_to_not_be_null"
BETWEEN = "expect_column_values_to_be_between"
UNIQUE = "expect_column_values_to_be_unique"
MEAN = "expect_column_mean_to_be_between"
ROWS = "expect_table_row_count_to_be_between"

BY_S = Within("by_s", ColumnSplit(columns=("s",)))
FRAME = pl.LazyFrame(
    {
        "x": [1.0, 200.0, None, 3.0, 3.0, 1.0],
        "s": ["va", "va", "zh", "zh", "zh", None],
        FILE: ["hearts.csv"] * 6,
        LINE: [2, 3, 4, 5, 6, 7],
    }
)


@pytest.fixture
def verdict(contract):
    """What becomes of the rules, which are about these environments, each if none is named."""

    def verdict(*rules, named=(), frame=FRAME):
        some = [replace(one, within=replace(BY_S, named=named)) for one in rules]
        return validate(frame, contract(*some))

    return verdict


def test_a_rule_of_the_table_has_one_result_for_each_environment(verdict, rule):
    found = verdict(rule(MEAN, "x.mean", level="table", column="x", min_value=10.0))
    assert [(one.rule, one.success, one.observed) for one in found.results] == [
        ("x.mean in va", True, 100.5),
        ("x.mean in zh", False, 3.0),
    ]
    assert [one.rule for one in found.stopping] == ["x.mean in zh"]


def test_a_rule_of_rows_counts_and_shows_those_of_its_environment(verdict, rule):
    (found,) = verdict(rule(BETWEEN, "x.range", column="x", max_value=2.0), named=("va",)).results
    assert (found.rule, found.checked, found.failed) == ("x.range in va", 2, 1)
    assert found.examples == ("hearts.csv:3: 200.0",)


def test_uniqueness_is_that_within_the_environment(verdict, rule):
    assert [(one.rule, one.failed) for one in verdict(rule(UNIQUE, "x.unique", column="x")).results] == [
        ("x.unique in va", 0),
        ("x.unique in zh", 2),
    ]


def test_rows_are_counted_and_shares_taken_within_the_environment(verdict, rule):
    broken = {"expectation": NOT_NULL, "arguments": {"column": "x"}, "unit": "percent", "max_value": 20}
    found = verdict(
        rule(ROWS, "table.rows", level="table", min_value=3),
        replace(rule(BROKEN_ROWS, "x.required", level="table"), arguments=broken),
        rule(NOT_NULL, "x.mostly", level="table", column="x", mostly=0.6),
    )
    assert [(one.rule, one.success, one.observed) for one in found.results] == [
        ("table.rows in va", False, 2),
        ("table.rows in zh", True, 3),
        ("x.required in va", True, 0.0),
        ("x.required in zh", False, pytest.approx(100 / 3)),
        ("x.mostly in va", True, None),
        ("x.mostly in zh", True, None),
    ]


def test_an_environment_that_no_row_is_in_is_an_error_that_names_it_and_what_there_is(verdict, rule):
    with pytest.raises(DataError) as caught:
        verdict(rule(MEAN, "x.mean", level="table", column="x", min_value=0), named=("va", "zhh"))
    told = "the rule 'x.mean' names 'zhh', an environment of the split 'by_s' that no row is in."
    assert str(caught.value) == f"hearts.odcs.yaml:7: {told} Did you mean 'zh'? There are: va, zh."


def test_two_rules_of_one_name_are_an_error(contract, rule):
    each = replace(rule(NOT_NULL, "x.required", column="x"), within=BY_S)
    other = rule(NOT_NULL, "x.required in va", column="s")
    with pytest.raises(DataError, match=r"two rules are called 'x.required in va'"):
        validate(FRAME, contract(each, other))


def test_however_many_environments_the_passes_are_as_many(contract, rule, monkeypatch):
    engines: list[PolarsExecutionEngine] = []
    began = PolarsExecutionEngine.__init__

    def begin(self, *args, **kwargs):
        engines.append(self)
        began(self, *args, **kwargs)

    monkeypatch.setattr(PolarsExecutionEngine, "__init__", begin)
    each = [
        rule(BETWEEN, "x.range", column="x", max_value=-1.0),
        rule(UNIQUE, "x.unique", column="x"),
        rule(MEAN, "x.mean", level="table", column="x", min_value=0.0),
    ]
    stated = contract(*(replace(one, within=BY_S) for one in each))
    passes = []
    for environments in (2, 20):
        names = [f"e{number % environments}" for number in range(200)]
        validate(pl.LazyFrame({"x": range(200), "s": names}), stated)
        passes.append(sum(one.passes for one in engines))
        engines.clear()
    assert passes == [3, 3]  # what repeats; all numbers; the rows that are out of range
