"""A real PostgreSQL."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

PASSWORD = "a-password-of-the-tests"  # noqa: S105


@dataclass(frozen=True)
class Postgres:
    """A running PostgreSQL on this machine. It asks every connection for the password (SCRAM)."""

    host: str
    port: int
    user: str
    password: str

    def url(self, database: str) -> str:
        """The address of a database, password included."""
        return f"postgresql://{self.user}:{quote(self.password)}@{self.host}:{self.port}/{database}"

    def create(self, database: str) -> str:
        """The address of a new, empty database."""
        self.execute("postgres", f'CREATE DATABASE "{database}"')
        return self.url(database)

    def execute(self, database: str, *statements: str) -> None:
        """Run statements in a database, each committed by itself."""
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


@pytest.fixture(scope="session")
def postgres(free_port: Callable[[], int]) -> Iterator[Postgres]:
    """One PostgreSQL for the session, with an empty folder of its own."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    if not programs:
        pytest.skip("needs PostgreSQL")
    with cluster(programs[-1], free_port()) as running:
        yield running


@contextmanager
def cluster(programs: Path, port: int) -> Iterator[Postgres]:
    """Make a cluster, run it, stop it and remove it."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))  # pytest's own folders are closed to other users
    (folder / "password").write_text(PASSWORD)
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        for path in (folder, folder / "password"):
            shutil.chown(path, "postgres")

    def run(program: str, *options: str) -> None:
        as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [*as_user, str(programs / program), "-D", str(folder / "data"), *options]
        # Inherited pipes would stay open for as long as the server runs.
        with (folder / "log").open("a") as log:
            subprocess.run(command, check=True, cwd="/", stdout=log, stderr=log, timeout=120)

    run("initdb", "--username=tests", f"--pwfile={folder}/password", "--auth=scram-sha-256", "--no-sync")
    settings = f"-h 127.0.0.1 -p {port} -k {folder} -F -c max_connections=200"
    run("pg_ctl", "start", "--wait", "--timeout=100", "-o", settings)
    try:
        yield Postgres("127.0.0.1", port, "tests", PASSWORD)
    finally:
        run("pg_ctl", "stop", "--mode=immediate")
        shutil.rmtree(folder)
