"""Remove a version's rows from its Delta table, once nobody reads them there."""

from datetime import UTC, datetime, timedelta

from irm_core.data.lake.table import Commit, Table
from irm_core.data.version import InTable

RETENTION = timedelta(days=7)
"""As long as Delta itself waits, by default, before a VACUUM removes what a query may still be reading."""


def needed(where: InTable) -> str | None:
    """Why the table must keep a version's rows still; None where they may go."""
    commit = _commit(where)
    if commit is None:
        return None
    if commit.replaced is None:
        return "it is what its Delta table shows"
    free = datetime.fromtimestamp(commit.replaced / 1000, UTC) + RETENTION
    if datetime.now(UTC) < free:
        return f"its Delta table showed it less than {RETENTION.days} days ago"
    return None


def remove(where: InTable) -> None:
    """Remove the version's files. Its entry in the log stays: who reads it is told that they are gone."""
    if commit := _commit(where):
        Table(where.table).remove(commit.folder)


def _commit(where: InTable) -> Commit | None:
    return next((one for one in Table(where.table).commits() if one.folder == where.folder), None)
