"""Memory of processes and sizes of folders. Of Linux."""

from pathlib import Path

KB = 1024


def memory(process: int, others: bool = True) -> float:
    """Megabytes that a process holds, and with `others` all that it has started; shared pages by share."""
    family, parents = {process}, _parents() if others else {}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(map(_held, family)) / 1e6


def disk(folder: Path) -> float:
    """Megabytes that a folder takes on the disk, empty folders too."""
    return sum(_blocks(file) for file in (folder, *folder.rglob("*"))) / 1e6


def _blocks(file: Path) -> int:
    try:
        return file.lstat().st_blocks * 512
    except FileNotFoundError:  # gone while we looked
        return 0


def _parents() -> dict[int, int]:
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            said = (process / "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        found[int(process.name)] = int(said.rpartition(")")[2].split()[1])
    return found


def _held(process: int) -> int:
    try:
        said = Path(f"/proc/{process}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(said.partition("\nPss:")[2].split()[0]) * KB
