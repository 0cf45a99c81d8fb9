"""Environments as users label them: any hashable values, one per row."""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

ONE = "all"  # the environment of all rows where none are named


def named_environments(labels: Any, rows: int) -> tuple[tuple[str, ...], np.ndarray]:
    """Names of the environments, sorted, and the index of each row's, int64 [N].

    labels: a list, or anything that NumPy can read as one dimension; None: one environment.
    ValueError where a row has no label, or two labels would have one name.
    """
    if labels is None:
        return (ONE,), np.zeros(rows, np.int64)
    values = _values(labels)
    if len(values) != rows:
        raise ValueError(f"There are {rows} rows, but {len(values)} environment labels: give one per row.")
    names: dict[Hashable, str] = {}
    for row, label in enumerate(values):
        if not isinstance(label, Hashable) or _missing(label):
            raise ValueError(f"Row {row} has no environment: its label is {label!r}.")
        names.setdefault(label, str(label))
    if len(set(names.values())) < len(names):
        raise ValueError(f"Two environments would have the same name. Labels: {[*names]}.")
    found, index = np.unique([names[label] for label in values], return_inverse=True)
    return tuple(found.tolist()), index


def _values(labels: Any) -> Sequence[Any]:
    """Lists stay as they are, since NumPy would make a table of a list of tuples."""
    if isinstance(labels, list | tuple):
        return labels
    array = np.asarray(labels)
    if array.ndim != 1:
        raise ValueError(f"Environments are one label per row, but these have the shape {array.shape}.")
    return array.tolist()


def _missing(label: Hashable) -> bool:
    """NaN is not equal to itself, and of pandas' NA not even that can be said."""
    same = label == label  # noqa: PLR0124
    return label is None or not isinstance(same, bool | np.bool_) or not same
