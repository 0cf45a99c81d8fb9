"""Publishing, killed at any moment, twice at once, or without room: nothing lost, nothing half."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from irm_core.data import store
from irm_core.data.catalogue import entries
from irm_core.data.ingestion import ingested
from irm_core.data.version import Published
from irm_core.errors import IrmflowError

pytestmark = pytest.mark.slow

KILLS, ROWS, BAD = 10, 20_000, 500
PUBLISHER = """
import os, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from conftest import example
from irm_core.data import store
from irm_core.data.ingestion import ingested

print("ready", flush=True)
sys.stdin.readline()
contract = example()
file, root = map(Path, sys.argv[2:])
raw = ingested(contract, [file], root.parent / f"rows-{os.getpid()}", split_name="by_hospital")
published = store.publish(raw, contract, "by_hospital", root)
print(published.version.id, flush=True)
"""


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of good and bad rows in many environments."""
    draw = np.random.default_rng(0)
    ages, sick = draw.uniform(0, 100, ROWS), draw.integers(0, 2, ROWS)
    lines = [f"h{row % 20},{age},{one}" for row, (age, one) in enumerate(zip(ages, sick, strict=True))]
    lines[:: ROWS // BAD] = ["va,fifty,1"] * BAD
    file = tmp_path_factory.mktemp("raw") / "patients.csv"
    file.write_text("\n".join(["hospital,age,sick", *lines]) + "\n")
    return file


@pytest.fixture
def publish(raw: Path, contract: Callable) -> Callable[[Path], Published]:
    return lambda root: store.publish(ingested(contract(), [raw]), contract(), "by_hospital", root)


def contents(version: Published) -> dict[str, bytes]:
    return {
        file.relative_to(version.path).as_posix(): file.read_bytes()
        for file in version.path.rglob("*")
        if file.is_file()
    }


def publisher(raw: Path, root: Path) -> subprocess.Popen[str]:
    """A process that has everything it needs, and publishes once it is told to."""
    command = [sys.executable, "-c", PUBLISHER, str(Path(__file__).parent), str(raw), str(root)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    process.stdin.write("\n")
    process.stdin.flush()


@pytest.fixture(scope="module")
def seconds(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long a publication takes that nobody kills."""
    with publisher(raw, tmp_path_factory.mktemp("whole")) as process:
        started = time.perf_counter()
        go(process)
        assert process.wait() == 0
        return time.perf_counter() - started


@pytest.mark.parametrize("kill", range(KILLS))
def test_killed_at_a_random_moment_it_leaves_nothing_half_and_the_next_run_is_whole(
    kill: int, raw: Path, seconds: float, publish: Callable, tmp_path: Path
) -> None:
    root = tmp_path / "store"
    moment = (kill + np.random.default_rng(kill).random()) / KILLS * seconds
    with publisher(raw, root) as process:
        go(process)
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
    home = root / "patients" / "by_hospital"
    known, damaged = entries(root)
    assert not damaged
    for one in known:
        store.load(one.path)
    published = publish(root)
    rows = published.version.rows
    assert (rows.read, rows.good, rows.quarantined) == (ROWS, ROWS - BAD, BAD)
    assert list(home.iterdir()) == [published.path]
    assert contents(published) == contents(publish(tmp_path / "never killed"))


def test_of_two_publishers_at_once_one_wins_and_both_end_well(
    raw: Path, publish: Callable, tmp_path: Path
) -> None:
    root = tmp_path / "store"
    processes = [publisher(raw, root) for _ in range(2)]
    for process in processes:
        go(process)
    told = [process.communicate()[0].strip() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    published = publish(root)
    assert told == [published.version.id] * 2
    assert list((root / "patients" / "by_hospital").iterdir()) == [published.path]


@pytest.mark.parametrize("size", [0, 100, 1_000, 5_000])
def test_a_write_that_fails_is_said_in_a_sentence_and_leaves_nothing(
    size: int, largest: Callable, publish: Callable, tmp_path: Path
) -> None:
    root = tmp_path / "store"
    failure = pytest.raises(
        IrmflowError, match=r"by_hospital: no file may be as large there\. .* MB are free"
    )
    with largest(size), failure:
        publish(root)
    assert not [file for file in root.rglob("*") if file.is_file()]
    assert publish(root).version.rows.read == ROWS


@pytest.mark.parametrize("kilobytes", [4, 16, 64, 128, 256])
def test_on_a_full_disk_nothing_is_published_and_with_room_everything(
    kilobytes: int, disk: Callable, publish: Callable, tmp_path: Path
) -> None:
    root = tmp_path / "store"
    root.mkdir()
    disk(root, kilobytes)
    with pytest.raises(IrmflowError, match=r"The data cannot be written to .*: the disk is full\. \d+ MB"):
        publish(root)
    assert not [file for file in root.rglob("*") if file.is_file()]
    disk(root, 100_000)
    assert publish(root).version.rows.read == ROWS
