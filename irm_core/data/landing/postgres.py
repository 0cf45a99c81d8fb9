"""PostgreSQL: the declared columns of a table or query, streamed by ADBC into a Parquet file.

One transaction, read-only, sees one state of the database. Rows are sorted, so that the same rows are the
same file. Numbers, truth values and text are kept; all else comes as the text that PostgreSQL writes for it:
exact decimals, dates beyond the calendar, amounts of money, JSON.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256 as digest
from pathlib import Path
from typing import Any

import polars as pl

from irm_core.contracts.contract import Contract, Source
from irm_core.contracts.database import Database, quoted
from irm_core.data.columns import check, undeclared
from irm_core.data.fingerprint import sha256
from irm_core.data.landing.receipts import Fetched, arrive
from irm_core.data.raw_files import RawFile
from irm_core.data.staging import staging
from irm_core.errors import DataError, UsageError

KEPT = ("bool", "int2", "int4", "int8", "float4", "float8", "text", "varchar")
TEXTS = ("text", "varchar")
TRANSACTION = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "SET LOCAL datestyle = 'ISO, YMD'",
    "SET LOCAL timezone = 'UTC'",
    "SET LOCAL intervalstyle = 'iso_8601'",
    "SET LOCAL bytea_output = 'hex'",
)
ACCESS = (
    "User and password come from PGUSER and PGPASSWORD, PGPASSFILE or PGSERVICE, or from a Prefect block."
)


def land(
    contract: Contract, database: Database, folder: Path, credentials: Mapping[str, str]
) -> tuple[dict[Path, RawFile], tuple[str, ...]]:
    """The rows as a Parquet file in the landing folder; and the columns that are there and not declared.

    Raises DataError where the server, the table or a declared column is not there.
    """
    source = contract.source
    place = f"postgresql/{digest(f'{database}'.encode()).hexdigest()[:16]}.parquet"
    with explained(source), _cursor(database, credentials) as cursor, staging(folder) as waiting:
        types = _types(cursor, database)
        check(contract, source.path, list(types))
        query = _query(contract, database, types)
        file, raw = arrive(folder, waiting, place, source.path, lambda path: _fetch(cursor, query, path))
    return {file: raw}, undeclared(contract, list(types))


@contextmanager
def explained(source: Source) -> Iterator[None]:
    """Turn what driver and server say into a DataError: the server's own words, without the query."""
    try:
        import adbc_driver_postgresql  # type: ignore[import-untyped]  # noqa: F401
        from adbc_driver_manager import Error
    except ImportError as error:
        raise UsageError(f"{source.path} needs PostgreSQL: pip install 'irmflow[postgres]'.") from error
    try:
        yield
    except (Error, pl.exceptions.PolarsError) as error:  # while it streams, Polars passes on the error
        raise DataError(f"{source.path} cannot be read: {_sentence(str(error))}") from _cause(str(error))


@contextmanager
def _cursor(database: Database, credentials: Mapping[str, str]) -> Iterator[Any]:
    from adbc_driver_postgresql import dbapi

    where = {"host": database.host, "port": str(database.port), "dbname": database.name}
    known = {"connect_timeout": "10", "application_name": "irmflow"} | dict(credentials) | where
    address = " ".join(f"{name}={_escaped(value)}" for name, value in known.items())
    with dbapi.connect(address) as connection, connection.cursor() as cursor:
        for statement in TRANSACTION:
            cursor.execute(statement)
        yield cursor


def _escaped(value: str) -> str:
    r"""A value of a connection string.

    >>> print(_escaped(r"it's a \ "))
    'it\'s a \\ '
    """
    return "'" + re.sub(r"([\\'])", r"\\\1", value) + "'"


def _types(cursor: Any, database: Database) -> dict[str, str]:
    """What PostgreSQL calls the type of each column."""
    cursor.execute(f"SELECT * FROM {database.relation} AS source LIMIT 0")  # noqa: S608 (the contract's own)
    schema = cursor.fetch_record_batch().schema
    return {one.name: (one.metadata or {}).get(b"POSTGRESQL:type", b"").decode() for one in schema}


def _query(contract: Contract, database: Database, types: Mapping[str, str]) -> str:
    columns = ", ".join(f"{_selected(one.name, types)} AS {quoted(one.name)}" for one in contract.columns)
    keys = [*contract.with_role("identifier"), *contract.columns]
    order = ", ".join(_sorted(one.name, types) for one in dict.fromkeys(keys))
    inner = f"SELECT {columns} FROM {database.relation} AS source"  # noqa: S608
    return f"SELECT * FROM ({inner}) AS selected ORDER BY {order}"  # noqa: S608


def _selected(name: str, types: Mapping[str, str]) -> str:
    return quoted(name) if types[name] in KEPT else f"{quoted(name)}::text"


def _sorted(name: str, types: Mapping[str, str]) -> str:
    text = types[name] in TEXTS or types[name] not in KEPT
    return f'{quoted(name)} COLLATE "C"' if text else quoted(name)  # "C": the same on every server


def _fetch(cursor: Any, query: str, path: Path) -> Fetched:
    cursor.execute(query)
    with cursor.fetch_record_batch() as batches:
        pl.scan_arrow_c_stream(batches).sink_parquet(path)
    return Fetched(sha256=sha256(path), state="")


def _sentence(said: str) -> str:
    """The line in which the server, or the connection to it, says what is wrong."""
    found = re.search(r"(?:FATAL|ERROR): +(.*)", said)
    line = (found or re.search(r"failed: (.*)", said) or re.search(r"(.*)", said)).group(1)  # type: ignore[union-attr]
    return (
        f"{line.rstrip('.')}. {ACCESS}" if "password" in line or "role " in line else f"{line.rstrip('.')}."
    )


def _cause(said: str) -> Exception | None:
    """What makes it worth another try: no server, or one that went away."""
    away = any(words in said for words in ("Connection refused", "timeout expired", "closed", "starting up"))
    return ConnectionError("PostgreSQL") if away else None
