"""Environments that are not fit to be ones are refused, by name and with a remedy."""

import polars as pl
import pytest

from irm_core.contracts.names import ENVIRONMENT
from irm_core.contracts.splits import ColumnSplit
from irm_core.data.environments import environments
from irm_core.data.version import Environment
from irm_core.errors import DataError

GOOD = {ENVIRONMENT: ["zh", "zh", "va", "va", "va"], "sick": [0, 1, 1, 0, 1]}


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
    ],
)
def test_refused(frame, split, message, contract):
    with pytest.raises(DataError, match=message):
        found(contract, frame, **split)


def test_one_value_of_a_number_is_no_single_class(contract):
    frame = {ENVIRONMENT: ["va", "va"], "sick": [1.0, 1.0]}
    assert found(contract, frame, task="regression")[0].rows == 2
