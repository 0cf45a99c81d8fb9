"""Target: from the label's values to the numbers that a model is trained on, and back."""

from typing import Self

import numpy as np
import polars as pl

from irm_core.contracts.contract import Task
from irm_core.contracts.names import ENVIRONMENT
from irm_core.data.schema import ModelSchema
from irm_core.data.version import Record
from irm_core.errors import DataError

Class = bool | int | float | str


class Target(Record):
    """The encoding of the label.

    Regression: (y - mean) / scale, with mean and standard deviation of the training rows; no classes.
    Classification: the place of the class among `classes`, those of the training rows, sorted.
    """

    label: str
    task: Task
    mean: float = 0.0
    scale: float = 1.0
    classes: tuple[Class, ...] = ()

    @classmethod
    def fit(cls, training: pl.DataFrame, schema: ModelSchema) -> Self:
        """Learn the encoding from `training`, which must hold training rows only.

        Raises DataError where the label is missing, or the same everywhere.
        """
        label = schema.label.name
        values = _complete(training, label)
        if values.n_unique() < 2:
            raise DataError(
                f"The label {label!r} is {values[0]!r} in all training rows: there is nothing to learn."
            )
        if schema.task == "classification":
            return cls(label=label, task=schema.task, classes=tuple(values.unique().sort().to_list()))
        numbers = values.cast(pl.Float64).to_numpy()
        return cls(label=label, task=schema.task, mean=float(numbers.mean()), scale=float(numbers.std()))

    def encode(self, frame: pl.DataFrame) -> np.ndarray:
        """The label as a model is trained on it: float32 [N] (regression) or int64 [N].

        Raises DataError for a class that no training row has.
        """
        values = _complete(frame, self.label)
        if self.task == "classification":
            return self._places(frame, values)
        return ((values.cast(pl.Float64).to_numpy() - self.mean) / self.scale).astype(np.float32)

    def decode(self, outputs: np.ndarray) -> pl.Series:
        """Standardised predictions [N], or places of classes [N], as values of the label."""
        if self.task == "classification":
            return pl.Series(self.label, [self.classes[place] for place in outputs.tolist()])
        return pl.Series(self.label, outputs.astype(np.float64) * self.scale + self.mean)

    def _places(self, frame: pl.DataFrame, values: pl.Series) -> np.ndarray:
        places = range(len(self.classes))
        found = values.replace_strict(list(self.classes), places, default=None, return_dtype=pl.Int64)
        if found.null_count():
            stranger = frame.filter(found.is_null()).row(0, named=True)
            where = f" (environment {stranger[ENVIRONMENT]!r})" if ENVIRONMENT in stranger else ""
            raise DataError(
                f"The class {stranger[self.label]!r}{where} of {self.label!r} is in no training row, "
                f"so that no model can learn it. Training has: {', '.join(map(repr, self.classes))}."
            )
        return found.to_numpy()


def _complete(frame: pl.DataFrame, label: str) -> pl.Series:
    if label not in frame.columns:
        raise DataError(f"The data have no column {label!r}, the label.")
    if missing := frame[label].null_count():
        raise DataError(
            f"The label {label!r} is missing in {missing} rows. Quarantine them: `required: true`."
        )
    return frame[label]
