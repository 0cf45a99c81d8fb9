"""Risk and score by environment, from a model's outputs."""

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
from torch import Tensor

from irm_core.evaluation.records import EnvironmentMetrics
from irm_core.objectives.losses import LOSSES

SQUARED_ERROR = "squared_error"


def by_environment(measured: pl.DataFrame) -> dict[str, EnvironmentMetrics]:
    """The metrics of each environment that `measure` has a line for."""
    columns = ("environment", *EnvironmentMetrics.model_fields)
    return {name: EnvironmentMetrics(**row) for name, row in _named(measured.select(columns))}


def measure(
    outputs: Tensor,
    targets: Tensor,
    membership: Tensor,
    environments: Sequence[str],
    loss: str,
    unit: float = 1.0,
) -> pl.DataFrame:
    """A line per environment of N rows: environment, rows, risk, penalty, score, standard_error.

    outputs [N, C], targets [N], membership [N] indexing `environments`; one without rows has no line.
    risk: mean loss; a squared error times unit², the label units per unit of the targets.
    penalty: (∂R_e(s·z)/∂s at s = 1)², what IRMv1 penalises, in units of the targets.
    score: accuracy, or R²_e = 1 − MSE_e / Var_e(y), null where the labels do not vary. Both are affine in the
    environment's mean of a quantity q per row (right or wrong; squared error), so standard_error is
    sd(q) / √n, over Var_e(y), taken as known, for R². Rows are taken as independent; null for a single one.
    """
    names = pl.lit(pl.Series(environments, dtype=pl.String))
    q = pl.col("quantity")
    score, error, scale = q.mean(), q.std() / pl.len().sqrt(), 1.0
    if loss == SQUARED_ERROR:
        varies = pl.col("target").max() > pl.col("target").min()
        variance = pl.when(varies).then(pl.col("target").var(ddof=0))
        score, error, scale = 1 - score / variance, error / variance, unit**2
    return (
        _rows(outputs, targets, membership, loss)
        .group_by("membership")
        .agg(
            rows=pl.len(),
            risk=pl.col("loss").mean() * scale,
            penalty=pl.col("slope").mean().pow(2),
            score=score,
            standard_error=error,
        )
        .sort("membership")
        .with_columns(environment=names.gather(pl.col("membership")))
    )


def classes(outputs: Tensor) -> Tensor:
    """The most likely class of each row [N], of one logit or of C; the first among equals."""
    return outputs.argmax(-1) if outputs.shape[-1] > 1 else (outputs[..., 0] > 0).long()


def _rows(outputs: Tensor, targets: Tensor, membership: Tensor, loss: str) -> pl.DataFrame:
    """Per row: environment, target, loss, the slope of the loss along the scale of the outputs, and q."""
    outputs, targets = outputs.cpu().double(), targets.cpu()
    losses = LOSSES[loss].value(outputs, targets)
    columns = {
        "membership": membership.cpu(),
        "target": targets.double(),
        "loss": losses,
        "slope": LOSSES[loss].slope(outputs, targets),
        "quantity": losses if loss == SQUARED_ERROR else (classes(outputs) == targets).double(),
    }
    return pl.DataFrame({name: column.numpy() for name, column in columns.items()})


def _named(measured: pl.DataFrame) -> Iterator[tuple[str, dict[str, Any]]]:
    for row in measured.iter_rows(named=True):
        yield row.pop("environment"), row
