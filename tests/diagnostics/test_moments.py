"""Sums over the rows of a frame: the same in pieces as of all rows at once."""

import numpy as np
import polars as pl

from irm_core.diagnostics import moments as of
from irm_core.diagnostics.moments import moments, pieces


def test_in_pieces_they_are_those_of_all_rows(monkeypatch) -> None:
    monkeypatch.setattr(of, "PIECE", 7)
    generator = np.random.default_rng(0)
    for rows in (1, 7, 20):
        x, weight = generator.normal(size=(rows, 3)), generator.uniform(size=rows)
        columns = pl.DataFrame(x)
        np.testing.assert_array_equal(np.concatenate(list(pieces(columns))), x)
        np.testing.assert_allclose(moments(columns, weight), x.T @ np.diag(weight) @ x, rtol=1e-12)


def test_what_is_missing_counts_as_nothing() -> None:
    columns = pl.DataFrame({"x": [1.0, None], "y": [2.0, 3.0]})
    assert moments(columns, np.ones(2)).tolist() == [[1.0, 2.0], [2.0, 13.0]]
