"""Passwords and keys of the environment are used for connections, and written nowhere: every file is read."""

from pathlib import Path

import polars as pl
import pytest

pytestmark = pytest.mark.slow

LOCAL = "  - {server: local, type: local, path: clinics.csv, format: csv}\n"
COLUMNS = "site text, age bigint, dose float8, ward text, recovery float8"


@pytest.fixture
def everywhere(folder, postgres, s3, monkeypatch):
    """The contract about a table of PostgreSQL, another about objects of S3; what both need to be reached."""
    address = postgres.create("secrets")
    postgres.execute("secrets", f"CREATE TABLE patients ({COLUMNS})")
    pl.read_csv(folder.raw).write_database("patients", address, if_table_exists="append", engine="adbc")
    monkeypatch.setenv("PGUSER", postgres.user)
    monkeypatch.setenv("PGPASSWORD", postgres.password)
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3.endpoint)
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    s3.put("clinics.csv", folder.raw.read_bytes())
    where = f"host: 127.0.0.1, port: {postgres.port}, database: secrets, schema: public"
    text = folder.contract.read_text()
    folder.contract.write_text(text.replace(LOCAL, f"  - {{server: warehouse, type: postgres, {where}}}\n"))
    objects = "  - {server: lake, type: s3, location: s3://hearts/clinics.csv, format: csv}\n"
    Path("objects.odcs.yaml").write_text(text.replace(LOCAL, objects))
    return folder


def holding(secret: str, *folders: Path) -> list[Path]:
    """The files that have the secret in them, as it is or as a URL or JSON has it."""
    from json import dumps
    from urllib.parse import quote

    forms = {secret.encode(), quote(secret).encode(), quote(secret, safe="").encode(), dumps(secret).encode()}
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(one in path.read_bytes() for one in forms)]


def test_neither_password_nor_key_is_in_anything_that_is_written(everywhere, irmflow, postgres, s3) -> None:
    from prefect.settings import PREFECT_HOME

    ran = irmflow(
        "run", "clinics.odcs.yaml", "--store", "delta:s3://hearts/models", "--report", "report.json"
    )
    assert ran.status == 0, ran.err
    assert ran.report["rows"]["good"] == 400
    assert ran.report["delta"]["table"] == "s3://hearts/models/clinics/by_site"
    checked = irmflow("check", "objects.odcs.yaml")
    assert checked.status == 0, checked.err
    for key in s3.keys():  # noqa: SIM118 - no dict
        Path(key.replace("/", "-")).write_bytes(s3.store.get(key).bytes())
    written = (Path(), PREFECT_HOME.value())
    assert len([path for path in Path(".irmflow").rglob("*") if path.is_file()]) > 10
    for secret in (postgres.password, s3.secret):
        assert not holding(secret, *written)
        assert secret not in ran.out + ran.err + checked.out + checked.err
