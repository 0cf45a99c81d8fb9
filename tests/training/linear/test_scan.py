"""A scan adds up what rows in memory give, and refuses what has no value."""

from pathlib import Path

import polars as pl
import pytest
import torch

from irm_core.errors import DataError
from irm_core.training.linear import scan as scanning
from irm_core.training.linear.scan import scan

FRAME = pl.DataFrame(
    {
        "a": [1, 2, 3, 4],
        "b": [0.5, 0.0, -1.0, 2.0],
        "y": [1.0, 0.0, 2.0, 5.0],
        "w": [1, 2, 1, 0],
        "site": [*"pqpr"],
    }
)


def test_by_hand() -> None:
    found = scan(FRAME.lazy(), ["a", "b"], "y", "site", ["q", "p", "none"])
    assert found.environments == ("q", "p", "none")
    assert found.counts.tolist() == [1, 2, 0]
    assert found.origin is not None
    assert found.origin.tolist() == [1, 0.5, 1]
    assert found.products[0].tolist() == [
        [1, -0.5, 1, -1],
        [-0.5, 0.25, -0.5, 0.5],
        [1, -0.5, 1, -1],
        [-1, 0.5, -1, 1],
    ]
    assert found.products[1].tolist() == [
        [4, -3, 2, 2],
        [-3, 2.25, -1.5, -1.5],
        [2, -1.5, 2, 1],
        [2, -1.5, 1, 1],
    ]
    assert not found.products[2].any()


def test_a_row_of_weight_two_is_two_rows() -> None:
    twice = pl.concat([FRAME.filter(pl.col("w") > 0), FRAME.filter(pl.col("w") == 2)])
    weighted, repeated = (
        scan(frame.lazy(), ["a", "b"], "y", "site", ["p", "q", "r"], weight)
        for frame, weight in ((FRAME, "w"), (twice, None))
    )
    assert torch.equal(weighted.products, repeated.products)


def test_files_in_any_order_and_pieces_of_any_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in range(4):
        FRAME[place].write_parquet(tmp_path / f"{place}.parquet")
    monkeypatch.setattr(scanning, "MOST_ROWS", 1)
    found = scan(pl.scan_parquet(tmp_path / "*.parquet"), ["a", "b"], "y", "site", ["p", "q"])
    assert torch.equal(found.products, scan(FRAME.lazy(), ["a", "b"], "y", "site", ["p", "q"]).products)


@pytest.mark.parametrize("dtype", [pl.Int64, pl.Categorical, pl.Enum(["1", "2", "3"])], ids=str)
def test_environments_of_any_type_are_named_as_text(dtype: pl.DataType) -> None:
    frame = FRAME.with_columns(site=pl.Series(["1", "2", "1", "3"]).cast(dtype))
    assert scan(frame.lazy(), ["a"], "y", "site", ["2", "1"]).counts.tolist() == [1, 2]


@pytest.mark.parametrize("column", ["b", "y", "w"])
@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_a_value_that_is_no_number_is_named_with_its_environment(column: str, value: float | None) -> None:
    frame = FRAME.with_columns(pl.when(pl.col("a") == 2).then(value).otherwise(pl.col(column)).alias(column))
    with pytest.raises(DataError, match=f"'{column}' has a value in environment 'q'"):
        scan(frame.lazy(), ["a", "b"], "y", "site", ["p", "q"], "w")
    assert scan(frame.lazy(), ["a", "b"], "y", "site", ["p"], "w").counts.tolist() == [2]


def test_a_negative_weight_is_refused() -> None:
    with pytest.raises(DataError, match=r"'w' .* or negative"):
        scan(FRAME.with_columns(w=-pl.col("w")).lazy(), ["a"], "y", "site", ["p"], "w")


def test_a_column_of_text_is_refused() -> None:
    with pytest.raises(DataError, match=r"'site' is of type String"):
        scan(FRAME.lazy(), ["a", "site"], "y", "site", ["p"])


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(DataError, match=r"no column 'z'\. It has: a, b, y, w, site"):
        scan(FRAME.lazy(), ["a", "z"], "y", "site", ["p"])
