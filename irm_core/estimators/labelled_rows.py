"""The rows that an estimator is fitted on."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.utils import check_array, check_consistent_length

from irm_core.estimators.environment_labels import named_environments


@dataclass(frozen=True)
class LabelledRows:
    """N rows of weight above zero.

    inputs [N, D]. labels [N], of any type. membership int64 [N]: the index in `environments`. weights [N].
    """

    inputs: np.ndarray
    labels: np.ndarray
    membership: np.ndarray
    weights: np.ndarray
    environments: tuple[str, ...]

    def merged(self) -> "LabelledRows":
        """Equal rows as one, with their weights added up, in an order of their values alone.

        So a row of weight 2 is two rows to the bit, which floating point sums of the same numbers in another
        order are not.
        """
        _, places = np.unique(self.labels, return_inverse=True)
        rows = np.column_stack([self.membership, places, self.inputs])
        _, first, which = np.unique(rows, axis=0, return_index=True, return_inverse=True)
        return replace(
            self,
            inputs=self.inputs[first],
            labels=self.labels[first],
            membership=self.membership[first],
            weights=np.bincount(which, self.weights),
        )


def labelled_rows(
    inputs: np.ndarray, labels: np.ndarray, environments: Any, sample_weight: Any
) -> LabelledRows:
    """Rows with their environments; those of weight zero are left out, as if they were not given.

    ValueError where weights or environments do not fit the rows.
    """
    names, membership = named_environments(environments, len(inputs))
    weights = _weights(sample_weight, inputs)
    counted = weights > 0
    present = np.isin(range(len(names)), membership[counted])
    return LabelledRows(
        inputs[counted],
        labels[counted],
        (present.cumsum() - 1)[membership[counted]],
        weights[counted],
        tuple(name for name, one in zip(names, present, strict=True) if one),
    )


def _weights(sample_weight: Any, inputs: np.ndarray) -> np.ndarray:
    if sample_weight is None:
        return np.ones(len(inputs))
    weights = check_array(
        sample_weight, ensure_2d=False, dtype=np.float64, input_name="sample_weight", ensure_non_negative=True
    )
    if weights.ndim != 1:
        raise ValueError(f"Sample weights are one number per row, but these have the shape {weights.shape}.")
    check_consistent_length(inputs, weights)
    if not weights.any():
        raise ValueError("All sample weights are zero: there is no row to learn from.")
    return weights
