"""What holds for all tests, and a real PostgreSQL for those that want one."""

import os
import resource
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

PASSWORD = "a-password-of-the-tests"  # noqa: S105


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """Tensors of tests are small: threads would only wait for each other."""
    import torch

    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """A port of this machine on which nothing listens."""

    def find() -> int:
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            return int(one.getsockname()[1])

    return find


@pytest.fixture(scope="session")
def largest() -> Callable[[int], AbstractContextManager[None]]:
    """How many bytes a file of this process may have, for a while: as a full disk, anywhere."""

    @contextmanager
    def limited(size: int) -> Iterator[None]:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    return limited


@pytest.fixture
def disk() -> Iterator[Callable[[Path, int], None]]:
    """Makes an empty folder a disk of so many kilobytes, or enlarges it to that. Only root can."""
    mounted: list[Path] = []

    def mount(folder: Path, kilobytes: int) -> None:
        options = f"size={kilobytes}k" + ",remount" * folder.is_mount()
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            pytest.skip("this user cannot mount a disk")
        mounted.append(folder.absolute())

    yield mount
    for folder in dict.fromkeys(mounted):
        subprocess.run(["umount", str(folder)], check=True)


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
