"""The images that tables list."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.data.images import relative
from irm_core.data.sources import scan


def listed_images(contract: Contract, files: Sequence[Path]) -> list[Path]:
    """The paths of the images that the files list, whether they exist or not; none where files are images."""
    if contract.image is None or contract.source.format == "images":
        return []
    paths = relative(pl.col(contract.image.name).cast(pl.String)).drop_nulls().unique(maintain_order=True)
    return [Path(path) for path in scan(contract, files).select(paths).collect().to_series()]
