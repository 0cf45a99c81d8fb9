"""Trees of images, as a manifest with one row per file.

In `photos/{site}/{label}/*.png`, the braces name columns.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.contracts.names import FILE, LINE, ROW_UNREADABLE
from irm_core.data.columns import check
from irm_core.errors import ContractError

BRACES = re.compile(r"\{([^{}/]+)\}")


def glob(template: str) -> str:
    """The pattern that finds the files of a template."""
    return BRACES.sub("*", template)


def columns(contract: Contract, file: Path) -> list[str]:  # noqa: ARG001 - all formats share this signature
    """The columns that the template names, and the one of the paths."""
    return [*BRACES.findall(contract.source.path), *([contract.image.name] if contract.image else [])]


def scan(contract: Contract, files: Sequence[Path]) -> pl.LazyFrame:
    """The manifest: what each path says, FILE (the image), LINE (1), ROW_UNREADABLE (never set)."""
    if contract.image is None:
        where = f"{contract.path}:{contract.source.line}"
        raise ContractError(f"{where}: images need a column of the role `image`, for their paths.")
    check(contract, Path(contract.source.path), columns(contract, files[0]))
    manifest = pl.LazyFrame({FILE: [file.as_posix() for file in files]}, {FILE: pl.String})
    values = _values(contract.source.path) | {contract.image.name: pl.col(FILE)}
    return manifest.select(
        *(values[column.name].alias(column.name) for column in contract.columns),
        FILE,
        pl.lit(1, pl.Int64).alias(LINE),
        pl.lit(None, pl.String).alias(ROW_UNREADABLE),
    )


def _values(template: str) -> dict[str, pl.Expr]:
    """What the path of a file that the template's pattern found says, by name of column."""
    parts = BRACES.split(Path(template).as_posix())
    expression = "([^/]+)".join(_literal(part) for part in parts[::2])
    said = pl.col(FILE).str.extract_groups(f"^{expression}$")
    return {name: said.struct.field(str(group)) for group, name in enumerate(parts[1::2], start=1)}


def _literal(part: str) -> str:
    escaped = re.escape(part).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")
    return escaped.replace(r"\?", "[^/]")
