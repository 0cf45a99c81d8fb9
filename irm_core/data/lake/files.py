"""The rows of a version as files of a table: the very files of the version, under other names."""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from irm_core.contracts.names import ENVIRONMENT
from irm_core.data.lake.table import Table
from irm_core.data.partitions import ENVIRONMENTS, rows_of_file
from irm_core.data.staging import staging
from irm_core.data.version import Published, Version

if TYPE_CHECKING:
    from deltalake.transaction import AddAction


def names(version: Version, folder: str) -> dict[str, str]:
    """What each file of good rows is called in the table, by its name in the version."""
    rows = sorted(name for name in version.files if name.startswith(f"{ENVIRONMENTS}/"))
    return {name: f"{folder}/part-{number:05}.parquet" for number, name in enumerate(rows)}


def upload(published: Published, table: Table, folder: str) -> None:
    """Copy them into the folder, streaming."""
    import obstore

    with table.explained("written"):
        for name, there in names(published.version, folder).items():
            obstore.put(table.objects, table.key(there), published.path / name)


def bring_back(published: Published, table: Table, folder: str) -> None:
    """Bring back those that are not here. Whether they are what was published is for the caller to see."""
    gone = {
        name: there
        for name, there in names(published.version, folder).items()
        if not (published.path / name).is_file()
    }
    if not gone:
        return
    with staging(published.path.parent) as waiting:
        for name, there in gone.items():
            with (waiting / Path(there).name).open("wb") as file:
                file.writelines(table.chunks(there))
            (published.path / name).parent.mkdir(parents=True, exist_ok=True)
            Path(file.name).replace(published.path / name)


def digest(table: Table, there: str) -> str:
    """The SHA-256 of a file of the table, streaming."""
    total = hashlib.sha256()
    for chunk in table.chunks(there):
        total.update(chunk)
    return total.hexdigest()


def additions(published: Published, folder: str) -> "list[AddAction]":
    """What a commit says of each file."""
    from deltalake.transaction import AddAction

    environments = {one.slug: one.name for one in published.version.environments}
    made = []
    for name, there in names(published.version, folder).items():
        file = published.path / name
        state, environment = file.stat(), environments[Path(name).parent.name]
        made.append(
            AddAction(
                path=there,
                size=state.st_size,
                partition_values={ENVIRONMENT: environment},
                modification_time=state.st_mtime_ns // 1_000_000,
                data_change=True,
                stats=json.dumps({"numRecords": rows_of_file(file)}),
            )
        )
    return made
