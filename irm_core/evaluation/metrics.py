"""Risk and score by environment, from a model's outputs."""

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
import torch
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
    weights: Tensor | None = None,
) -> pl.DataFrame:
    """A line per environment of N rows: environment, rows, risk, penalty, score, standard_error.

    outputs [N, C], targets [N], membership [N] indexing `environments`; one without rows has no line.
    risk: mean loss; a squared error times unit², the label units per unit of the targets.
    penalty: (∂R_e(s·z)/∂s at s = 1)², what IRMv1 penalises, in units of the targets.
    score: accuracy, or R²_e = 1 − MSE_e / Var_e(y), null where the labels do not vary. Both are affine in the
    environment's mean of a quantity q per row (right or wrong; squared error), so standard_error is
    sd(q) / √n, over Var_e(y), taken as known, for R². Rows are taken as independent; null for a single one.
    weights [N]: how much each row counts in every mean. The standard error of Σwq / Σw is then
    √(Σw²(q − q̄)² n/(n − 1)) / Σw; rows of weight 0 are not there.
    """
    names = pl.lit(pl.Series(environments, dtype=pl.String))
    score, error = _score(loss)
    return (
        _rows(outputs, targets, membership, loss, weights)
        .filter(pl.col("weight") > 0)
        .group_by("membership")
        .agg(
            rows=pl.len(),
            risk=_mean(pl.col("loss")) * (unit**2 if loss == SQUARED_ERROR else 1.0),
            penalty=_mean(pl.col("slope")).pow(2),
            score=score,
            standard_error=error,
        )
        .sort("membership")
        .with_columns(environment=names.gather(pl.col("membership")))
    )


def classes(outputs: Tensor) -> Tensor:
    """The most likely class of each row [N], of one logit or of C; the first among equals."""
    return outputs.argmax(-1) if outputs.shape[-1] > 1 else (outputs[..., 0] > 0).long()


def _score(loss: str) -> tuple[pl.Expr, pl.Expr]:
    """The score, and its standard error."""
    q, target = pl.col("quantity"), pl.col("target")
    if loss != SQUARED_ERROR:
        return _mean(q), _error(q)
    varies = target.max() > target.min()
    variance = pl.when(varies).then(_mean((target - _mean(target)).pow(2)))
    return 1 - _mean(q) / variance, _error(q) / variance


def _mean(values: pl.Expr) -> pl.Expr:
    weight = pl.col("weight")
    return (values * weight).sum() / weight.sum()


def _error(q: pl.Expr) -> pl.Expr:
    """The standard error of the mean of q; null for a single row."""
    weight, n = pl.col("weight"), pl.len().cast(pl.Float64)
    spread = (weight * (q - _mean(q))).pow(2).sum()
    return pl.when(n > 1).then((spread * n / (n - 1)).sqrt() / weight.sum())


def _rows(
    outputs: Tensor, targets: Tensor, membership: Tensor, loss: str, weights: Tensor | None
) -> pl.DataFrame:
    """Per row: environment, target, weight, loss, its slope along the scale of the outputs, and q."""
    outputs, targets = outputs.cpu().double(), targets.cpu()
    losses = LOSSES[loss].value(outputs, targets)
    columns = {
        "membership": membership.cpu(),
        "target": targets.double(),
        "weight": torch.ones_like(losses) if weights is None else weights.cpu().double(),
        "loss": losses,
        "slope": LOSSES[loss].slope(outputs, targets),
        "quantity": losses if loss == SQUARED_ERROR else (classes(outputs) == targets).double(),
    }
    return pl.DataFrame({name: column.numpy() for name, column in columns.items()})


def _named(measured: pl.DataFrame) -> Iterator[tuple[str, dict[str, Any]]]:
    for row in measured.iter_rows(named=True):
        yield row.pop("environment"), row
