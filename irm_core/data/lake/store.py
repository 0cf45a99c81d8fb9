"""The optional store: a version's good rows in a Delta table, committed once, checked whenever it is used."""

from pathlib import Path

from pydantic import ValidationError

from irm_core.data.lake.check import check
from irm_core.data.lake.commit import commit
from irm_core.data.lake.files import bring_back
from irm_core.data.lake.location import table_of
from irm_core.data.lake.table import Table
from irm_core.data.lake.uploads import clear
from irm_core.data.staging import staging
from irm_core.data.version import IN_TABLE, InTable, Published
from irm_core.errors import DataError


def publish(published: Published, store: str) -> Published:
    """The version, whose rows the store has now too, as its manifest says.

    Nothing is written where it has them already. Raises DataError where the table cannot be reached or
    written, or is damaged; UsageError where the store is none, or a package is missing.
    """
    location = table_of(store, published.version.dataset, published.version.split)
    table, where = Table(location), published.in_table
    clear(published.path.parent, table)
    if where is None or where.table != location:
        found = commit(published, table)
        where = InTable(table=location, version=found.version, folder=found.folder)
        _note(published.path, where)
    check(published, where)
    return published.model_copy(update={"in_table": where})


def note(path: Path) -> InTable | None:
    """Where a Delta table has the rows of the version in `path`; None where none has."""
    file = path / IN_TABLE
    if not file.is_file():
        return None
    try:
        return InTable.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise DataError(f"{file} is damaged. Delete it and run again.") from error


def restore(published: Published) -> None:
    """Bring back, from its Delta table, what the version's folder lacks of good rows."""
    if published.in_table is not None:
        bring_back(published, Table(published.in_table.table), published.in_table.folder)


def _note(path: Path, where: InTable) -> None:
    with staging(path.parent) as folder:
        (folder / IN_TABLE).write_text(where.model_dump_json(indent=2) + "\n")
        (folder / IN_TABLE).replace(path / IN_TABLE)
