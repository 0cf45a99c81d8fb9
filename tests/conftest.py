"""What holds for all tests; a real PostgreSQL, and an S3, for those that want one."""

import os
import resource
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from irm_core.data.version import Environment, Rows, Version

PASSWORD = "a-password-of-the-tests"  # noqa: S105
SECRET = "s3cr/et+of~the tests"  # noqa: S105


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """Tensors of tests are small: threads would only wait for each other."""
    import torch

    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def made_version() -> Callable[..., Version]:
    """Makes a version's manifest, without files: environments of so many rows, and what else it is to say."""

    def make(*training: str, hold_out: tuple[str, ...] = (), size: int = 1, **more: Any) -> Version:
        names = (*training, *hold_out)
        said = {
            "dataset": "made",
            "split": "by_site",
            "id": "0123",
            "preparation": 1,
            "contract_sha256": "",
            "raw_sha256": "",
            "rows": Rows(read=size * len(names), good=size * len(names), quarantined=0),
            "broken_rules": {},
            "environments": [
                Environment(name=one, slug=one, rows=size, hold_out=one in hold_out) for one in names
            ],
            "files": {},
        }
        return Version.model_validate(said | more)

    return make


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """A port of this machine for a server: none of those that the system gives to connections meanwhile."""

    def find() -> int:
        while True:
            port = 11_000 + secrets.randbelow(20_000)
            with socket.socket() as one, suppress(OSError):
                one.bind(("127.0.0.1", port))
                return port

    return find


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port of this machine on which nothing listens, nor can as long as the test runs."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        yield one.getsockname()[1]


@pytest.fixture(scope="session")
def wait_for() -> Callable[[str], None]:
    """Waits until a server answers at an address, whatever it answers."""

    def wait(address: str) -> None:
        for _ in range(300):
            try:
                return urlopen(address, timeout=5).close()  # noqa: S310
            except HTTPError as answer:
                return answer.close()
            except (URLError, ConnectionError):
                time.sleep(0.1)
        raise TimeoutError(address)

    return wait


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


class S3:
    """A bucket over real HTTP, and the requests that it has answered."""

    def __init__(self, endpoint: str, log: Path) -> None:
        from obstore.store import S3Store

        self.endpoint, self.log, self.bucket, self.secret = endpoint, log, "hearts", SECRET
        self.credentials = {
            "AWS_ACCESS_KEY_ID": "tests",
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "us-east-1",
        }
        options: Any = {name.lower(): value for name, value in self.credentials.items()}
        self.store = S3Store(
            self.bucket, config=options | {"endpoint": endpoint}, client_options={"allow_http": True}
        )

    def put(self, key: str, content: bytes) -> None:
        self.store.put(key, content)

    def delete(self, key: str) -> None:
        self.store.delete(key)

    def keys(self) -> list[str]:
        import obstore

        return sorted(one["path"] for page in obstore.list(self.store) for one in page)

    def fetched(self) -> int:
        """How many objects have been fetched so far."""
        lines = self.log.read_text().splitlines()
        return sum(f'"GET /{self.bucket}/' in line for line in lines)


@pytest.fixture(scope="session")
def s3_server(
    tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int], wait_for: Callable[[str], None]
) -> Iterator[S3]:
    """moto's server, a process of its own."""
    import boto3

    port, log = free_port(), tmp_path_factory.mktemp("moto") / "log"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with log.open("w") as lines, subprocess.Popen(command, stdout=lines, stderr=lines) as process:
        running = S3(f"http://127.0.0.1:{port}", log)
        wait_for(running.endpoint)
        who = {"aws_access_key_id": "tests", "aws_secret_access_key": SECRET, "region_name": "us-east-1"}
        boto3.client("s3", endpoint_url=running.endpoint, **who).create_bucket(Bucket=running.bucket)
        yield running
        process.terminate()


@pytest.fixture
def s3(s3_server: S3, monkeypatch: pytest.MonkeyPatch) -> S3:
    """The server, with an empty bucket, and its credentials in the environment."""
    for name, value in s3_server.credentials.items():
        monkeypatch.setenv(name, value)
    if keys := s3_server.keys():
        s3_server.store.delete(keys)
    return s3_server
