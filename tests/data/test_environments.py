"""Environments that are not fit to be ones are refused, by name and with a remedy."""

import polars as pl
import pytest

from irm_core.contracts.names import ENVIRONMENT
from irm_core.contracts.splits import ColumnSplit, RulesSplit
from irm_core.data.environments import environments
from irm_core.data.version import Environment
from irm_core.errors import DataError

GOOD = {ENVIRONMENT: ["zh", "zh", "va", "va", "va"], "sick": [0, 1, 1, 0, 1]}
NAMED_MISSING = {
    ENVIRONMENT: ["missing", "missing", "va", "va"],
    "hospital": ["missing", None, "va", "va"],
    "sick": [0, 1, 0, 1],
}
NAMED_POOLED = {
    ENVIRONMENT: ["pooled", "pooled", "va", "va"],
    "hospital": ["pooled", "zh", "va", "va"],
    "sick": [0, 1, 0, 1],
}


def found(contract, frame=None, task="classification", **split):
    declared = contract(splits={"by_hospital": ColumnSplit(columns=("hospital",), **split)}, task=task)
    return environments(pl.LazyFrame(frame or GOOD), declared, "by_hospital")


def test_environments_are_sorted_counted_and_marked(contract):
    assert found(contract, hold_out=("va",)) == (
        Environment(name="va", slug="va", rows=3, hold_out=True),
        Environment(name="zh", slug="zh", rows=2, hold_out=False),
    )


@pytest.mark.parametrize(
    ("frame", "split", "message"),
    [
        ({ENVIRONMENT: [None, None, "va"], "sick": [0, 1, 1]}, {}, "2 good rows.*'hospital' is missing"),
        (GOOD, {"hold_out": ("vaa",)}, "'vaa'.*not one good row. Is it 'va'?.*holdOut"),
        (GOOD, {"min_rows": 3}, "'zh' has 2 good rows, `minRows` asks for 3"),
        (GOOD, {"hold_out": ("va", "zh")}, "no environment to train on"),
        ({ENVIRONMENT: ["va", "va"], "sick": [1, 1]}, {}, "'va' has only one class of 'sick'"),
        ({ENVIRONMENT: ["va"] * 3, "sick": [1, 0, None]}, {}, "'va' has 1 good rows without the label"),
        (NAMED_MISSING, {"missing": "own"}, "'missing' of their own.*`missingValues`"),
        (NAMED_POOLED, {"small": "pool", "min_rows": 2}, "'pooled' of their own.*small ones together"),
    ],
)
def test_refused(frame, split, message, contract):
    with pytest.raises(DataError, match=message):
        found(contract, frame, **split)


ONE_CLASS = {
    ENVIRONMENT: ["pooled", "pooled", "va", "va"],
    "hospital": ["a", "b", "va", "va"],
    "sick": [1, 1, 0, 1],
}


@pytest.mark.parametrize(
    ("frame", "split", "remedy"),
    [
        (GOOD, {"min_rows": 3}, "lower `minRows`, or say `small: drop` or `small: pool`."),
        (
            GOOD,
            {"min_rows": 3, "hold_out": ("zh",), "small": "drop"},
            "lower `minRows`, or do not hold it out: ",
        ),
        (
            NAMED_POOLED | {"hospital": ["a", "b", "va", "va"]},
            {"min_rows": 3, "small": "pool"},
            "say `small: drop`: it is all",
        ),
        (ONE_CLASS, {"small": "pool"}, "source, or say `small: drop`: it is all small ones together"),
        (
            ONE_CLASS,
            {"small": "drop", "hold_out": ("pooled",)},
            "source, or do not hold it out: hold-outs are never",
        ),
    ],
)
def test_the_remedy_is_one_that_the_split_does_not_have_already(frame, split, remedy, contract):
    with pytest.raises(DataError) as error:
        found(contract, frame, **split)
    assert remedy in str(error.value)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([None, None], "leaves no environment to train on: no good row is in any."),
        (["va", "va"], "leaves no environment to train on: va is held out, all others"),
    ],
)
def test_that_nothing_is_left_to_train_on_is_told_with_what_is_left(names, told, contract):
    with pytest.raises(DataError) as error:
        found(contract, {ENVIRONMENT: pl.Series(names, dtype=pl.String), "sick": [0, 1]}, hold_out=("va",))
    assert told in str(error.value)


def test_one_value_of_a_number_is_no_single_class(contract):
    frame = {ENVIRONMENT: ["va", "va"], "sick": [1.0, 1.0]}
    assert found(contract, frame, task="regression")[0].rows == 2


def test_all_that_is_wrong_is_told_at_once(contract):
    frame = {ENVIRONMENT: ["zh", "va", "va", None], "sick": [1, 1, 1, 0]}
    with pytest.raises(DataError) as error:
        found(contract, frame, min_rows=2, hold_out=("bonn",))
    told = str(error.value).splitlines()
    assert len(told) == 5
    assert "1 good row belongs to no environment" in told[0]
    assert "'bonn'" in told[1]
    assert "'va' has only one class" in told[2]
    assert "'zh' has 1 good rows" in told[3]
    assert "'zh' has only one class" in told[4]


def test_each_kind_says_when_a_row_has_no_environment(contract):
    split = RulesSplit(rules={"old": "age > 65", "young": "age <= 65"})
    good = pl.LazyFrame({ENVIRONMENT: ["old", "old", None], "sick": [1, 0, 0]})
    with pytest.raises(DataError, match="none of its rules holds, or several do, there"):
        environments(good, contract(splits={"by_rule": split}), "by_rule")


@pytest.mark.parametrize("policy", [{"missing": "own"}, {"small": "pool", "min_rows": 2}])
def test_our_own_names_are_fine_where_the_data_have_none_such(policy, contract):
    frame = NAMED_MISSING | {"hospital": [None, None, "va", "va"]}
    if "small" in policy:
        frame = NAMED_POOLED | {"hospital": ["bonn", "zh", "va", "va"]}
    assert [one.rows for one in found(contract, frame, **policy)] == [2, 2]
