"""The columns of a file, against the columns that the contract declares."""

from collections import Counter
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from irm_core.contracts.contract import Contract
from irm_core.data.printable import printable
from irm_core.errors import DataError


def check(contract: Contract, file: Path | str, found: Sequence[str]) -> None:
    """Raise a DataError that names the file and the column, if a declared column is absent or found twice."""
    _refuse_duplicates(file, found)
    for column in contract.columns:
        if column.name not in found:
            raise DataError(
                f"{file} has no column {column.name!r}, which {contract.path}:{column.line} declares. "
                f"It has: {', '.join(map(printable, found))}.{_advice(column.name, found)}"
            )


def undeclared(contract: Contract, found: Sequence[str]) -> tuple[str, ...]:
    """The columns that the contract does not declare, which nothing reads."""
    declared = {column.name for column in contract.columns}
    return tuple(dict.fromkeys(name for name in found if name not in declared))


def _refuse_duplicates(file: Path | str, found: Sequence[str]) -> None:
    # Columns without a name, as behind a trailing delimiter, can be declared by nobody.
    twice = [name for name, times in Counter(found).items() if times > 1 and name]
    if twice:
        raise DataError(f"{file} has the column {twice[0]!r} more than once. Rename or remove one of them.")


def _advice(name: str, found: Sequence[str]) -> str:
    similar = get_close_matches(name, found, n=1)
    meant = f" Is it {similar[0]!r}?" if similar else ""
    return f"{meant} Correct the file, or the contract."
