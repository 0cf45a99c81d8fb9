"""Images of a prepared frame: paths, inspection, pixels."""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.contracts.names import FILE, unreadable
from irm_core.data import allocation
from irm_core.data.image_inspection import inspect
from irm_core.errors import DataError


def digest(column: str) -> str:
    """The column that keeps the SHA-256 of the image that `column` names."""
    return f"{column} (sha256)"


def inspected(prepared: pl.LazyFrame, contract: Contract) -> pl.LazyFrame:
    """`prepared` with paths relative to the working folder, and what the inspection of each image says.

    `path (unreadable)` says why an image cannot be used, `path (sha256)` what its content is.
    Paths in a manifest are relative to the folder of the manifest.
    """
    if contract.image is None:
        return prepared
    path = pl.col(contract.image.name)
    if contract.source.format != "images":
        prepared = prepared.with_columns(relative(path).alias(contract.image.name))
    paths = prepared.select(path.drop_nulls().unique(maintain_order=True)).collect().to_series().to_list()
    name = contract.image.name
    found = inspect(paths).select(
        pl.col("path").alias(name),
        pl.col("sha256").alias(digest(name)),
        pl.col("error").alias(unreadable(name)),
    )
    # A path is text, and text is never unreadable: the column of that name was empty until now.
    return prepared.drop(unreadable(name)).join(found.lazy(), on=name, how="left", maintain_order="left")


def relative(path: pl.Expr) -> pl.Expr:
    """Paths that are relative to the folder of FILE, as paths relative to the working folder."""
    folder = pl.col(FILE).str.replace("[^/]*$", "")
    return pl.when(path.str.starts_with("/")).then(path).otherwise(folder + path)


def load(paths: Sequence[str], digests: Sequence[str] | None = None) -> np.ndarray:
    """The pixels of all images: uint8 [N, channels, height, width].

    Raises DataError that names the image, where one cannot be decoded, has another shape than the first, or
    has not the SHA-256 that `digests` says.
    """
    if not paths:
        raise DataError("There is no image to load.")
    expected = digests if digests is not None else [None] * len(paths)
    pixels = allocation.empty((len(paths), *_decode(paths[0], expected[0]).shape), np.uint8)
    with ThreadPoolExecutor() as readers:
        for index, image in enumerate(readers.map(_decode, paths, expected)):
            if image.shape != pixels.shape[1:]:
                raise DataError(f"{paths[index]} has the shape {image.shape}, others {pixels.shape[1:]}.")
            pixels[index] = image
    return pixels


def _decode(path: str, expected: str | None) -> np.ndarray:
    from irm_core.data.image_decoding import decode  # Pillow is optional

    try:
        data = Path(path).read_bytes()
        image = decode(data)
    except (OSError, ValueError) as error:
        raise DataError(
            f"The image {path} cannot be read: {error}. Run the pipeline again to see why."
        ) from error
    if expected is not None and hashlib.sha256(data).hexdigest() != expected:
        raise DataError(f"The image {path} has changed since the data were published. Publish them again.")
    return image.transpose(2, 0, 1)
