"""Want of room is said in a sentence, and what could not be written whole is not there."""

import errno
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from irm_core.data.writing import want_of_room, whole, writing
from irm_core.errors import IrmflowError


def write(path: Path, text: str) -> None:
    with whole(path, "The report") as file:
        file.write_text(text)


def test_what_is_whole_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    for text in ("one", "two"):
        write(tmp_path / "report.json", text)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("report.json", "two")]


def test_without_room_what_was_there_stays(tmp_path: Path, largest: Callable) -> None:
    write(tmp_path / "report.json", "one")
    failure = pytest.raises(IrmflowError, match=r"The report cannot be written to .* MB are free there\.")
    with largest(1_000), failure:
        write(tmp_path / "report.json", "two" * 1_000)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("report.json", "one")]


def test_a_device_is_written_to_and_stays_one() -> None:
    write(Path("/dev/null"), "one")
    assert Path("/dev/null").is_char_device()


def test_other_failures_stay_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(PermissionError), writing("The data", tmp_path):
        raise PermissionError(errno.EACCES, "not yours")
    with pytest.raises(pl.exceptions.ComputeError), writing("The data", tmp_path):
        raise pl.exceptions.ComputeError("text in a number")


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "the disk quota is used up"),
        (pl.exceptions.ComputeError("parquet: IO error: File too large (os error 27)"), "no file may be"),
        (ValueError("(sqlite3.OperationalError) database or disk is full"), "the disk is full"),
        (OSError(errno.EIO, "Input/output error"), None),
    ],
)
def test_want_of_room_is_known_by_number_or_word(error: Exception, why: str | None) -> None:
    assert (want_of_room(error) or "none").startswith(why or "none")
