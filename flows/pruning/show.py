"""What `irmflow prune` says."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from rich import box
from rich.filesize import decimal
from rich.markup import escape
from rich.table import Table

from flows import console
from flows.pruning.removal import Removal

ON_A_SERVER = "–"
SIZE = "size here"


def show(removed: Sequence[Removal], dry: bool) -> None:
    """Each thing that would go, or how many of each kind are gone, with sizes."""
    if not removed:
        console.out.print("Nothing to remove: nothing is beyond what is to be kept, and not in use.")
        return
    table = Table(box=box.SIMPLE_HEAD, title="Would be removed" if dry else "Removed", title_justify="left")
    for name in ("what", "of", "which" if dry else "how many", SIZE):
        table.add_column(name, justify="right" if name in ("how many", SIZE) else "left")
    for cells in _each(removed) if dry else _counted(removed):
        table.add_row(*map(escape, cells))
    table.add_section()
    table.add_row("all", "", f"{len(removed):,}", told(removed))
    console.out.print(table)


def told(removed: Iterable[Removal]) -> str:
    """The size of all that lies here; what lies on servers only they know."""
    sizes = [one.size for one in removed]
    known = [size for size in sizes if size is not None]
    return decimal(sum(known)) if known else ON_A_SERVER


def _each(removed: Iterable[Removal]) -> Iterable[tuple[str, ...]]:
    for one in removed:
        yield one.kind, one.of, one.name, told([one])


def _counted(removed: Iterable[Removal]) -> Iterable[tuple[str, ...]]:
    groups: defaultdict[tuple[str, str], list[Removal]] = defaultdict(list)
    for one in removed:
        groups[one.kind, one.of].append(one)
    for (kind, of), some in groups.items():
        yield kind, of, f"{len(some):,}", told(some)
