"""A fold: the rows of a version as tensors, encoded by what its training environments alone tell."""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import torch
from torch import Tensor

from irm_core.contracts.names import ENVIRONMENT, VALIDATION
from irm_core.data.features import Features
from irm_core.data.rows import Rows
from irm_core.data.schema import ModelSchema
from irm_core.data.target import Target
from irm_core.data.version import Version
from irm_core.errors import DataError
from irm_core.objectives.losses import loss_name
from irm_core.training.examples import Examples


@dataclass(frozen=True)
class Fold:
    """All examples of a version, and the environments that are trained on.

    features: None where the examples are images. left_out: None where no environment is.
    shape: of one example as a predictor reads it; that of `examples` is another if rows were embedded.
    """

    version: Version
    schema: ModelSchema
    features: Features | None
    target: Target
    examples: Examples
    left_out: str | None
    shape: tuple[int, ...]

    @property
    def trained(self) -> tuple[str, ...]:
        return tuple(name for name in self.version.training if name != self.left_out)

    @property
    def loss(self) -> str:
        return loss_name(self.target.task, len(self.target.classes))


def prepare(
    rows: Rows,
    version: Version,
    schema: ModelSchema,
    left_out: str | None = None,
    *,
    indexed: bool = False,
) -> Fold:
    """Encode all rows by those that this fold trains on: training environments but one, no validation rows.

    Only the list of classes is that of all training environments, so that a fold whose training lacks a class
    can be judged: its model will be wrong there. indexed: as in `Features.fit`.
    `DataError` as `Features` and `Target` say.
    """
    environment, label = pl.col(ENVIRONMENT), schema.label.name
    told = rows.frame.select(
        trained=environment.is_in([*version.training]),
        fitting=environment.is_in([*version.training])
        & environment.ne_missing(left_out)
        & ~pl.col(VALIDATION),
    )
    features = None
    if schema.image is None:
        features = Features.fit(rows.inputs, schema, training=told["fitting"], indexed=indexed)
    shown = told["trained" if schema.task == "classification" else "fitting"]
    target = Target.fit(rows.frame.select(label).filter(shown), schema)
    encoded = examples(rows, version, features, target)
    shape = tuple(encoded.inputs.shape[1:])
    if rows.embedded is not None:
        encoded = replace(encoded, inputs=tensor(rows.embedded))
    return Fold(version, schema, features, target, encoded, left_out, shape)


def examples(rows: Rows, version: Version, features: Features | None, target: Target) -> Examples:
    """All rows as tensors, on the CPU; pixels are shared, not copied."""
    frame, names = rows.frame, [one.name for one in version.environments]
    index = frame[ENVIRONMENT].replace_strict(names, range(len(names)), return_dtype=pl.Int64)
    return Examples(
        inputs=inputs(rows, features),
        targets=tensor(target.encode(frame)),
        membership=tensor(index.to_numpy()),
        validation=tensor(frame[VALIDATION].to_numpy()),
        environments=tuple(names),
        weights=None if rows.weights is None else tensor(rows.weights).float(),
    )


def inputs(rows: Rows, features: Features | None) -> Tensor:
    """What a model reads: float32 [N, D], or the pixels, uint8 [N, channels, height, width]."""
    if features is not None:
        return tensor(features.transform(rows.inputs))
    if rows.pixels is None:
        raise DataError("The model reads images, but these data have none.")
    return tensor(rows.pixels)


def tensor(array: np.ndarray) -> Tensor:
    """Polars hands out read-only views of its columns where it can; a tensor must be writable."""
    return torch.from_numpy(np.require(array, requirements="W"))
