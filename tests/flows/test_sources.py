"""A retraining from a PostgreSQL whose password is in a Prefect block."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

LOCAL = "  - {server: local, type: local, path: clinics.csv, format: csv}\n"
COLUMNS = "site text, age bigint, dose float8, ward text, recovery float8"
PASSWORD = "a password 'of \\ the block"  # noqa: S105


@pytest.fixture
def clinics(folder, postgres, irmflow):
    """The contract about a table of the clinics, its rows, and a block with a reader's password."""
    import polars as pl
    from prefect.blocks.system import Secret

    name = re.sub(r"\W", "", folder.path.name.lower())
    address = postgres.create(name)
    postgres.execute(name, f"CREATE TABLE patients ({COLUMNS})", f"CREATE USER {name}")
    quoted = PASSWORD.replace("'", "''")
    postgres.execute(name, f"ALTER USER {name} PASSWORD '{quoted}'", f"GRANT SELECT ON patients TO {name}")
    pl.read_csv(folder.raw).write_database("patients", address, if_table_exists="append", engine="adbc")
    where = f"host: 127.0.0.1, port: {postgres.port}, database: {name}, schema: public"
    custom = "customProperties: [{property: credentialsBlock, value: clinics}]"
    server = f"  - {{server: warehouse, type: postgres, {where}, {custom}}}\n"
    folder.contract.write_text(folder.contract.read_text().replace(LOCAL, server))
    Secret(value={"user": name, "password": PASSWORD}).save("clinics", overwrite=True)
    return folder


def test_the_same_rows_publish_nothing_and_the_password_is_written_nowhere(clinics, irmflow) -> None:
    first = irmflow("run", clinics.contract.name, "--report", "report.json")
    assert first.status == 0, first.err
    assert first.report["rows"] == {"read": 400, "good": 400, "quarantined": 0}
    again = irmflow("check", clinics.contract.name)
    assert f"unchanged since version {first.report['data_version']}" in again.out
    files = [path for path in Path().rglob("*") if path.is_file()]
    assert not [path for path in files if b"of \\ the block" in path.read_bytes()]
    assert "the block" not in first.out + first.err + again.out + again.err


def test_a_block_that_is_not_there_is_said(clinics, irmflow) -> None:
    text = clinics.contract.read_text()
    clinics.contract.write_text(text.replace("value: clinics}", "value: nowhere}"))
    said = irmflow("check", clinics.contract.name)
    assert said.status == 2
    assert "Prefect has no block secret/nowhere" in said.err
