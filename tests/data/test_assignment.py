"""Every good row gets exactly one environment, or is in quarantine for a reason; no row is lost."""

from collections import Counter

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irm_core.contracts.names import ENVIRONMENT, NO_ENVIRONMENT, RULES, SMALL_ENVIRONMENT
from irm_core.contracts.splits import ColumnSplit, CutsSplit, InferredSplit, QuantilesSplit, RulesSplit
from irm_core.data.assignment import assign

BY_HOSPITAL = {"columns": ("hospital",)}


def assigned(contract, rows, split, bad=()):
    """The rows, (hospital, age) each, assigned; those whose places are in `bad` break a rule already."""
    frame = pl.LazyFrame(rows, {"hospital": pl.String, "age": pl.Float64}, orient="row").with_columns(
        pl.Series(
            RULES, [["age.range"] if place in bad else [] for place in range(len(rows))], pl.List(pl.String)
        )
    )
    return assign(frame, contract(splits={"the_split": split}, task="regression"), "the_split").collect()


def by_row(frame):
    return frame.select(ENVIRONMENT, pl.col(RULES).list.join(",")).rows()


ROWS = [("va", 50.0), ("zh", 51.0), (None, 52.0), ("va", 53.0)]


@pytest.mark.parametrize(
    ("policy", "without", "rules"),
    [
        ("error", None, ""),
        ("own", "missing", ""),
        ("quarantine", None, NO_ENVIRONMENT),
    ],
)
def test_rows_without_environment(policy, without, rules, contract):
    found = by_row(assigned(contract, ROWS, ColumnSplit(**BY_HOSPITAL, missing=policy)))
    assert found == [("va", ""), ("zh", ""), (without, rules), ("va", "")]


@pytest.mark.parametrize(
    ("policy", "small", "rules"),
    [
        ("error", "zh", ""),
        ("pool", "pooled", ""),
        ("drop", "zh", SMALL_ENVIRONMENT),
    ],
)
def test_small_environments(policy, small, rules, contract):
    split = ColumnSplit(**BY_HOSPITAL, small=policy, min_rows=2, missing="quarantine")
    found = by_row(assigned(contract, ROWS, split))
    assert found == [("va", ""), (small, rules), (None, NO_ENVIRONMENT), ("va", "")]


@pytest.mark.parametrize(
    ("policy", "named", "rules"), [("pool", "pooled", []), ("drop", "zh", [SMALL_ENVIRONMENT])]
)
@pytest.mark.parametrize("task", ["classification", "regression"])
def test_an_environment_of_one_class_is_small_where_classes_are_told_apart(
    task, policy, named, rules, contract
):
    split = ColumnSplit(**BY_HOSPITAL, small=policy, min_rows=2)
    frame = pl.LazyFrame(
        {"hospital": ["va"] * 3 + ["zh"] * 3, "sick": [0, 1, None, 1, None, 0]},
        {"hospital": pl.String, "sick": pl.Int64},
    )
    rules_before = pl.Series(RULES, [[], [], [], [], [], ["age.range"]], pl.List(pl.String))
    declared = contract(splits={"the_split": split}, task=task)
    found = assign(frame.with_columns(rules_before), declared, "the_split").collect()
    unfit = task == "classification"
    assert found[ENVIRONMENT].to_list()[:3] == ["va"] * 3
    assert found.select(ENVIRONMENT, RULES).row(3) == ((named, rules) if unfit else ("zh", []))


def test_only_good_rows_count_and_bad_ones_keep_their_rules_alone(contract):
    split = ColumnSplit(**BY_HOSPITAL, small="drop", min_rows=2, missing="quarantine")
    found = assigned(contract, ROWS, split, bad={0, 2})
    assert found[RULES].to_list() == [["age.range"], [SMALL_ENVIRONMENT], ["age.range"], [SMALL_ENVIRONMENT]]


@pytest.mark.parametrize("policy", ["pool", "drop"])
def test_a_hold_out_is_neither_pooled_nor_dropped(policy, contract):
    split = ColumnSplit(**BY_HOSPITAL, small=policy, min_rows=9, hold_out=("zh",), missing="own")
    frame = assigned(contract, ROWS, split)
    assert frame.filter(pl.col("hospital") == "zh").select(ENVIRONMENT, RULES).rows() == [("zh", [])]


def test_rows_without_environment_may_be_too_few_for_one_of_their_own(contract):
    split = ColumnSplit(**BY_HOSPITAL, small="pool", min_rows=2, missing="own")
    assert assigned(contract, ROWS, split)[ENVIRONMENT].to_list() == ["va", "pooled", "pooled", "va"]


def test_quantiles_are_those_of_the_good_rows(contract):
    rows = [("va", float(age)) for age in (1, 2, 3, 4, 1000, 1001)]
    found = assigned(contract, rows, QuantilesSplit(column="age", quantiles=2), bad={4, 5})
    assert found[ENVIRONMENT].to_list() == ["below 3"] * 2 + ["3 or more"] * 4


SPLITS = st.sampled_from(
    [
        lambda **policies: ColumnSplit(**BY_HOSPITAL, **policies),
        lambda **policies: ColumnSplit(columns=("hospital", "age"), **policies),
        lambda **policies: CutsSplit(column="age", cuts=(1, 2), **policies),
        lambda **policies: InferredSplit(columns=("hospital",), **policies),
        lambda **policies: RulesSplit(rules={"a": "age > 1", "b": "age < 1 OR hospital = 'x'"}, **policies),
    ]
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(st.sampled_from(["x", "y", "z", None]), st.sampled_from([0.0, 1.0, 2.0, None]))),
    bad=st.sets(st.integers(0, 9)),
    split=SPLITS,
    policies=st.fixed_dictionaries(
        {
            "min_rows": st.integers(1, 4),
            "small": st.sampled_from(["error", "drop", "pool"]),
            "missing": st.sampled_from(["error", "quarantine", "own"]),
        }
    ),
)
def test_every_good_row_has_one_environment_or_is_accounted_for(contract, rows, bad, split, policies):
    frame = assigned(contract, rows, split(**policies), bad)
    natural = assigned(contract, rows, split(), bad)[ENVIRONMENT]
    sizes = Counter(frame.filter(pl.col(RULES).list.len() == 0)[ENVIRONMENT])
    assert frame.height == len(rows)
    for place, (environment, rules) in enumerate(frame.select(ENVIRONMENT, RULES).iter_rows()):
        if place in bad:
            assert rules == ["age.range"]
        elif rules == [NO_ENVIRONMENT]:
            assert natural[place] is None
            assert policies["missing"] == "quarantine"
        elif rules == [SMALL_ENVIRONMENT]:
            assert policies["small"] == "drop"
            assert environment not in sizes
        else:
            assert rules == []
            assert_homed(environment, natural[place], policies)


def assert_homed(environment, natural, policies):
    if environment is None:
        assert natural is None
        assert policies["missing"] == "error"
    elif environment == "pooled":
        assert policies["small"] == "pool"
    elif environment == "missing":
        assert natural is None
        assert policies["missing"] == "own"
    else:
        assert environment == natural
