"""The columns that files of one source have together, and why others cannot be used."""

from collections.abc import Sequence
from pathlib import Path

from irm_core.contracts.columns import unusable
from irm_core.contracts.contract import Contract
from irm_core.data import ndjson_file
from irm_core.data.sources import FORMATS


def shared(contract: Contract, files: Sequence[Path]) -> tuple[list[str], dict[str, str]]:
    """The columns of all files that can be declared; why each of the others cannot.

    contract: about the source of the files. Raises DataError as reading their columns does.
    """
    found = {file: FORMATS[contract.source.format].columns(contract, file) for file in files}
    names = list(dict.fromkeys(name for columns in found.values() for name in columns))
    nested = _nested(contract, files)
    refused = {name: why for name in names if (why := unusable(name) or nested.get(name))}
    for name in names:
        lacking = [file for file in files if name not in found[file]]
        if lacking and name not in refused:
            refused[name] = _partial(lacking, len(files))
    return [name for name in names if name not in refused], refused


def _nested(contract: Contract, files: Sequence[Path]) -> dict[str, str]:
    """Keys of JSON under which there are objects or lists. Parquet tells its types itself."""
    if contract.source.format != "ndjson":
        return {}
    why = "it holds objects or lists: write what is in them under keys of their own."
    return {name: why for file in files for name in ndjson_file.nested(file)}


def _partial(lacking: Sequence[Path], count: int) -> str:
    return f"it is in {count - len(lacking)} of {count} files only; {lacking[0]} lacks it."
