"""Commit a version to its Delta table: once, whoever publishes it, how often, and however they die."""

import json
from typing import TYPE_CHECKING, Any

import polars as pl

from irm_core.contracts.names import ENVIRONMENT
from irm_core.data.lake.files import additions, names, upload
from irm_core.data.lake.table import FOLDER, NUMBER, VERSION, Commit, Table
from irm_core.data.lake.uploads import uploading
from irm_core.data.version import Published
from irm_core.errors import DataError

if TYPE_CHECKING:
    from deltalake import DeltaTable

ATTEMPTS = 10
KEPT = {
    # Vacuumed by anybody, it would no longer have the versions that models were trained on.
    "delta.deletedFileRetentionDuration": "interval 36500 days",
    "delta.logRetentionDuration": "interval 36500 days",
}
NTZ = "timestampNtz"


def commit(published: Published, table: Table) -> Commit:
    """The commit that has the version's rows: the one that is there, or a new one.

    Raises DataError where the table cannot be written.
    """
    if found := committed(published, table):
        return found
    with uploading(published.path.parent, table, published.version.id) as folder:
        upload(published, table, folder)
        for _ in range(ATTEMPTS):
            _try(published, table, folder)
            if found := committed(published, table):
                return found
    raise DataError(f"The Delta table {table.location} is busy: others write to it all the time. Run again.")


def committed(published: Published, table: Table) -> Commit | None:
    """The last commit of this version, unless its files have been removed since."""
    import obstore

    for one in table.commits():
        if one.id == published.version.id:
            with table.explained("read"):
                pages = obstore.list(table.objects, prefix=table.key(one.folder))
                return one if any(pages) else None
    return None


def _try(published: Published, table: Table, folder: str) -> None:
    """Commit, unless another commit comes in between: then the caller looks whether it was this version's."""
    from deltalake.exceptions import CommitFailedError, DeltaError

    with table.explained("written"):
        try:
            if table.is_there():
                _replace(published, table, folder)
            else:
                _create(published, table, folder)
        except CommitFailedError:
            return
        except DeltaError as error:
            if "already exists" not in str(error):
                raise


def _create(published: Published, table: Table, folder: str) -> None:
    from deltalake.transaction import create_table_with_add_actions

    create_table_with_add_actions(
        table.location,
        _schema(published),
        additions(published, folder),
        partition_by=[ENVIRONMENT],
        name=published.version.dataset,
        description=f"Published by irmflow, environments by {published.version.split}.",
        configuration=KEPT,
        storage_options=table.options,
        commit_properties=_properties(published, folder, 0, 1),
    )


def _replace(published: Published, table: Table, folder: str) -> None:
    if next(table.commits(), None) is None:
        raise DataError(f"{table.location} is a Delta table that irmflow did not make. Name another store.")
    now, schema = table.opened(), _schema(published)
    if committed(published, table):
        return  # Meanwhile, by another publisher. Whoever commits from here on is a conflict with `now`.
    if any(dtype == pl.Datetime for dtype in _types(published).values()):
        _allow_times(now)
    times = (now.transaction_version(_application(published)) or 0) + 1
    actions: list[Any] = [*additions(published, folder)]
    properties = _properties(published, folder, now.version() + 1, times)
    now.create_write_transaction(actions, "overwrite", schema, [ENVIRONMENT], commit_properties=properties)


def _allow_times(table: "DeltaTable") -> None:
    """Timestamps without a zone are a feature that a table has from its first one on."""
    from deltalake import TableFeatures

    if NTZ not in (table.protocol().writer_features or []):
        table.alter.add_feature(TableFeatures.TimestampWithoutTimezone, True)


def _properties(published: Published, folder: str, number: int, times: int) -> Any:
    """The manifest in short, and a transaction that Delta lets happen once; as this number or not."""
    from deltalake import CommitProperties, Transaction

    version = published.version
    said = {
        VERSION: version.id,
        FOLDER: folder,
        NUMBER: f"{number}",
        "irmflow.dataset": version.dataset,
        "irmflow.split": version.split,
        "irmflow.contract_sha256": version.contract_sha256,
        "irmflow.raw_sha256": version.raw_sha256,
        "irmflow.rows": version.rows.model_dump_json(),
        "irmflow.files": json.dumps(
            {there: version.files[name] for name, there in names(version, folder).items()}
        ),
    }
    return CommitProperties(
        custom_metadata=said,
        max_commit_retries=0,
        app_transactions=[Transaction(_application(published), times)],
    )


def _application(published: Published) -> str:
    return f"irmflow/{published.version.id}"


def _types(published: Published) -> pl.Schema:
    first = next(iter(names(published.version, "")))
    return pl.Schema(pl.read_parquet_schema(published.path / first))


def _schema(published: Published) -> Any:
    from deltalake import Schema

    return Schema.from_arrow(_types(published))
