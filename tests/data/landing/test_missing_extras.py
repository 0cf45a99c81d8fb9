"""Without the package that a source or store needs, the command that installs it is told."""

import subprocess
import sys

import pytest

CHILD = """
import sys
for name in sys.argv[3].split():
    sys.modules[name] = None  # its import fails, as where it is not installed
from pathlib import Path
from irm_core.contracts.read import read
from irm_core.data.ingestion import ingest
from irm_core.data.lake.table import Table
from irm_core.errors import UsageError

try:
    if sys.argv[1] == "store":
        Table(sys.argv[2])
    else:
        ingest(read(Path(sys.argv[2])), landing=Path(sys.argv[2]).parent / "landing")
except UsageError as error:
    print(error, end="")
"""
S3 = {"type": "s3", "location": "s3://hearts/a.csv", "format": "csv"}
DELTA = {"type": "local", "path": "lake", "format": "delta"}
POSTGRES = {"type": "postgres", "host": "db", "port": 5432, "database": "clinic", "schema": "public"}


def told(*arguments: object) -> str:
    command = [sys.executable, "-c", CHILD, *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("where", "packages", "expected"),
    [
        (S3, "obstore", "s3://hearts/a.csv needs object storage: pip install 'irmflow[cloud]'."),
        (DELTA, "deltalake", "lake needs Delta Lake: pip install 'irmflow[delta]'."),
        (
            POSTGRES,
            "adbc_driver_manager adbc_driver_postgresql",
            "postgresql://db:5432/clinic/public.patients needs PostgreSQL: pip install 'irmflow[postgres]'.",
        ),
        (
            POSTGRES,
            "adbc_driver_postgresql",
            "postgresql://db:5432/clinic/public.patients needs PostgreSQL: pip install 'irmflow[postgres]'.",
        ),
    ],
)
def test_a_source_says_which_extra_it_needs(where, packages, expected, server) -> None:
    assert told("source", server(**where).path, packages) == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    ("package", "expected"),
    [
        ("deltalake", "needs Delta Lake: pip install 'irmflow[delta]'."),
        ("obstore", "needs object storage: pip install 'irmflow[cloud]'."),
    ],
)
def test_the_store_says_which_extra_it_needs(package, expected, tmp_path) -> None:
    assert told("store", tmp_path / "lake", package) == f"{tmp_path}/lake {expected}"
