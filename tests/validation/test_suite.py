"""The suite of a contract."""

from dataclasses import replace

import pytest

from irm_core.contracts.aggregates import AGGREGATES
from irm_core.contracts.conditions import CONDITIONS, IGNORED_ROWS
from irm_core.contracts.splits import ColumnSplit
from irm_core.contracts.within import Within
from irm_core.errors import ContractError
from irm_core.validation.suite import RULE, suite

# Arguments that every kind of expectation accepts, of those that it knows.
VALUES = {
    "column": "x",
    "column_list": ["x", "s"],
    "column_A": "x",
    "column_B": "s",
    "sum_total": 3.0,
    "or_equal": True,
    "value_set": [1.0, 2.5],
    "regex": "a",
    "value": 3,
    "min_value": 1,
    "max_value": 2,
    "strict_min": True,
    "strict_max": False,
    "expectation": "expect_column_values_to_not_be_null",
    "arguments": {"column": "x"},
    "unit": "rows",
}


@pytest.mark.parametrize("expectation", [*CONDITIONS, *AGGREGATES])
def test_every_kind_of_expectation_keeps_its_arguments_and_the_name_of_its_rule(contract, rule, expectation):
    kind = (CONDITIONS | AGGREGATES)[expectation]
    known = (*kind.domain, *kind.required, *kind.optional)
    ignored = [("ignore_row_if", IGNORED_ROWS[key][-1]) for key in kind.domain if key in IGNORED_ROWS]
    values = VALUES | dict(ignored)
    stated = replace(rule(expectation), arguments={key: values[key] for key in known})
    (made,) = suite(contract(stated)).expectations
    assert made.configuration.type == expectation
    assert {key: getattr(made, key) for key in known} == stated.arguments
    assert made.meta == {RULE: "the rule"}


def test_refuses_an_argument_that_is_read_otherwise(contract, rule):
    lossy = rule("expect_column_values_to_be_between", column="x", min_value=2**53 + 1)
    with pytest.raises(ContractError, match=r"hearts.odcs.yaml:7: Great Expectations reads 'min_value'"):
        suite(contract(lossy))


@pytest.mark.parametrize(("severity", "said"), [("error", "critical"), ("warning", "warning")])
def test_great_expectations_knows_how_severe_a_rule_is(contract, rule, severity, said):
    stated = rule("expect_column_values_to_not_be_null", severity=severity, column="x")
    (made,) = suite(contract(stated)).expectations
    assert made.severity == said


def test_a_rule_within_an_environment_has_the_row_condition_that_says_so(contract, rule):
    within = Within("by_s", ColumnSplit(columns=("s",)), ("St. Mary's",))
    stated = replace(rule("expect_column_values_to_not_be_null", column="x"), within=within)
    (made,) = suite(contract(stated)).expectations
    assert (made.row_condition.column.name, made.row_condition.parameter) == (
        "environment by_s",
        "St. Mary's",
    )
