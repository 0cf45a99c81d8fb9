"""Labels by environment: their counts, or mean and deviation, and environments that give the label away."""

from collections.abc import Collection

import polars as pl

from irm_core.contracts.names import ENVIRONMENT
from irm_core.diagnostics.diagnosis import EnvironmentSummary


def summaries(
    frame: pl.DataFrame, label: str, classification: bool, hold_out: Collection[str]
) -> dict[str, EnvironmentSummary]:
    """Rows, and label moments or label counts, of every environment in the frame, in order of name."""
    return {
        str(name): EnvironmentSummary(
            rows=group.height,
            hold_out=name in hold_out,
            label_counts=_counts(group[label]) if classification else None,
            **({} if classification else _moments(group[label].cast(pl.Float64))),
        )
        for (name,), group in sorted(frame.select(ENVIRONMENT, label).group_by(ENVIRONMENT))
    }


def pure(frame: pl.DataFrame, label: str) -> tuple[str, ...]:
    """The environments in which all labels are the same, in order of name."""
    both = frame.select(ENVIRONMENT, label)  # of a whole frame, all columns would be copied
    counts = both.group_by(ENVIRONMENT).agg(pl.col(label).drop_nulls().n_unique()).filter(pl.col(label) < 2)
    return tuple(counts[ENVIRONMENT].sort())


def _moments(label: pl.Series) -> dict[str, float | None]:
    """Mean and standard deviation; the latter None of a single label."""
    return {
        "label_mean": label.mean(),  # type: ignore[dict-item]
        "label_deviation": label.std(),  # type: ignore[dict-item]
    }


def _counts(label: pl.Series) -> dict[str, int]:
    counted = label.drop_nulls().value_counts(name="rows").sort(label.name)
    return {str(value): rows for value, rows in counted.iter_rows()}
