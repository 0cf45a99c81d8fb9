"""Is what a Delta table has of a version what was published? Every file is read, and hashed on its way."""

import polars as pl

from irm_core.contracts.names import ENVIRONMENT
from irm_core.data.lake.files import digest, names
from irm_core.data.lake.table import Table
from irm_core.data.version import IN_TABLE, InTable, Published
from irm_core.errors import DataError


def check(published: Published, where: InTable) -> None:
    """Raise DataError that names the table, its version and what is wrong with it: a file, or a count."""
    table, files = Table(where.table), names(published.version, where.folder)
    actions = pl.DataFrame(table.opened(where.version).get_add_actions(flatten=True))
    if sorted(actions["path"]) != sorted(files.values()):
        raise _damaged(published, where, "its log names other files than were published")
    _check_rows(published, where, actions)
    for name, there in files.items():
        if not table.has(there):
            raise _damaged(published, where, f"{there} is gone, as after a VACUUM")
        if digest(table, there) != published.version.files[name]:
            raise _damaged(published, where, f"{there} is not the file that was published")


def _check_rows(published: Published, where: InTable, actions: pl.DataFrame) -> None:
    counted = actions.group_by(f"partition.{ENVIRONMENT}").agg(pl.col("num_records").sum())
    counts = dict(counted.iter_rows())
    for one in published.version.environments:
        if counts.get(one.name) != one.rows:
            told = f"it has {counts.get(one.name)} rows of the environment {one.name!r}, not {one.rows}"
            raise _damaged(published, where, told)


def _damaged(published: Published, where: InTable, what: str) -> DataError:
    return DataError(
        f"The Delta table {where.table} at version {where.version} is damaged: {what}. Delete its folder "
        f"{where.folder} and {published.path / IN_TABLE}, then run again: it is committed anew."
    )
