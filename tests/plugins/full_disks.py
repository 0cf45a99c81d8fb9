"""Disks that are full, or as good as that."""

import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest


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
