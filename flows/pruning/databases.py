"""The workspace's own SQLite databases, MLflow's and Prefect's: what was deleted leaves their files."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from flows.workspace import HOME

WAIT = 30.0  # seconds for a server that is writing


def databases() -> Iterator[Path]:
    """Those that are there."""
    for file in (HOME / "mlflow.db", HOME / "prefect" / "prefect.db"):
        if file.is_file():
            yield file


def free_pages(file: Path) -> int:
    """Bytes of the file that hold nothing."""
    with closing(sqlite3.connect(file, timeout=WAIT)) as connection:
        ((pages,),) = connection.execute("PRAGMA freelist_count")
        ((size,),) = connection.execute("PRAGMA page_size")
    return int(pages * size)


def compact(file: Path) -> bool:
    """Give what is free back to the disk. False where somebody else uses the database all the time.

    Nothing is lost then: the free pages are written to again.
    """
    with closing(sqlite3.connect(file, timeout=WAIT)) as connection:
        try:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            return False
    return True
