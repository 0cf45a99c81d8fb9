"""Rows of a version, in memory: read once per retraining, shared by all its candidates."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from irm_core.data import images, store
from irm_core.data.schema import ModelSchema
from irm_core.data.version import Published


@dataclass(frozen=True)
class Rows:
    """frame: the N rows of all environments, in the order of the manifest; typed columns, FILE, LINE,
    ENVIRONMENT, VALIDATION. Without features where `unread` has these.
    pixels: uint8 [N, channels, height, width] where the examples are images, else None.
    weights: float64 [N], how much each row counts; None where all count alike.
    embedded: float32 [N, D], what a frozen backbone makes of the pixels, where models are trained on that.
    unread: the same rows with all columns, in their files.
    """

    frame: pl.DataFrame
    pixels: np.ndarray | None
    weights: np.ndarray | None = None
    embedded: np.ndarray | None = None
    unread: pl.LazyFrame | None = None

    @property
    def inputs(self) -> pl.DataFrame | pl.LazyFrame:
        """The table of the feature columns, row by row that of the frame."""
        return self.frame if self.unread is None else self.unread


def load(published: Published, schema: ModelSchema) -> Rows:
    """All rows of a version. Raises DataError that names an image which has changed since."""
    return rows_of(store.rows(published, [one.name for one in published.version.environments]), schema)


def rows_of(frame: pl.DataFrame, schema: ModelSchema) -> Rows:
    """The rows of a frame, with the pixels of their images and their weights, where there are such."""
    if schema.image is None:
        return Rows(frame, None, weights(frame, schema))
    digests = frame[images.digest(schema.image)].to_list()
    return Rows(frame, images.load(frame[schema.image].to_list(), digests), weights(frame, schema))


def weights(frame: pl.DataFrame, schema: ModelSchema) -> np.ndarray | None:
    """How much each row counts, float64 [N]; None where all count alike."""
    return frame[schema.weight].cast(pl.Float64).to_numpy() if schema.weight else None
