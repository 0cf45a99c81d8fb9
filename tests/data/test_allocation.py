"""Arrays past a budget lie in a file that nobody sees, and that goes with them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from irm_core.data import allocation
from irm_core.data.allocation import BUDGET, SCRATCH, empty
from irm_core.errors import IrmflowError, UsageError


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(BUDGET, raising=False)
    monkeypatch.setenv(SCRATCH, str(tmp_path))
    return tmp_path


def test_the_budget_is_a_share_of_what_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allocation, "free_memory", lambda: 4_000)
    assert not isinstance(empty((250,)), np.memmap)
    assert isinstance(empty((251,)), np.memmap)


@pytest.mark.parametrize(("stated", "mapped"), [("999B", True), ("1kB", False), ("1 GB", False)])
def test_the_budget_can_be_stated(stated: str, mapped: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BUDGET, stated)
    assert isinstance(empty((250,)), np.memmap) is mapped


def test_what_is_no_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BUDGET, "much")
    with pytest.raises(UsageError, match="IRMFLOW_MEMORY is a size, such as 4GB or 500MB, not 'much'"):
        empty((1,))


def test_the_file_has_no_name_and_keeps_what_is_written(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(BUDGET, "0")
    array = empty((3, 2), np.uint8)
    array[:] = [[1, 2], [3, 4], [5, 6]]
    assert array.flags["C_CONTIGUOUS"]
    assert array.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert not list(scratch.iterdir())


def test_no_row_needs_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BUDGET, "0")
    assert empty((0, 2)).shape == (0, 2)


def test_too_little_room_is_told_at_once(
    largest: Callable, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(BUDGET, "0")
    failure = pytest.raises(IrmflowError, match=r"A table of 400 MB cannot .* MB are free there\. Make room")
    with largest(1_000_000), failure as caught:
        empty((100_000_000,))
    assert str(scratch) in str(caught.value)
