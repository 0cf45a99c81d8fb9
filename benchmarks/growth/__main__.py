"""`python -m benchmarks.growth [--runs 100] [--every 10] [--keep 5]`: the table, at the end of all runs."""

import argparse
import json
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.growth.scene import Scene, scene

Sizes = dict[str, float]


def main() -> None:
    """Retrain again and again, prune now and then, and print what grew."""
    asked = _arguments()
    before: list[Sizes] = []
    after: list[Sizes] = []
    with (
        TemporaryDirectory() as folder,
        scene(Path(folder)) as one,
        suppress(KeyboardInterrupt),
    ):
        measure(one, asked, before, after)
    if asked.figures:
        asked.figures.write_text(json.dumps({"runs": before, "prunes": after}, indent=1))
    Console(width=130).print(table(before, after, asked))


def measure(one: Scene, asked: argparse.Namespace, before: list[Sizes], after: list[Sizes]) -> None:
    """Sizes after each retraining, and after each prune. Ctrl-C ends it: what was measured counts."""
    progress = Console(stderr=True, width=300)
    for number in range(1, asked.runs + 1):
        started = time.monotonic()
        one.retrain(number)
        before.append(one.sizes())
        progress.print(f"{number}: {time.monotonic() - started:.0f} s, {_short(before[-1])}", highlight=False)
        if number % asked.every == 0:
            one.command("prune", "--keep", str(asked.keep))
            after.append(one.sizes())
            progress.print(f"pruned: {_short(after[-1])}", highlight=False)


def table(before: Sequence[Sizes], after: Sequence[Sizes], asked: argparse.Namespace) -> Table:
    """By what: size after the first run and the last prune, and slopes."""
    made = Table(title=f"{len(before)} retrainings, megabytes")
    for name in ("", "after the first", "after the last prune", "a run, unpruned", "a run, pruned"):
        made.add_column(name, justify="right" if name else "left")
    for name in before[0]:
        levels = [one[name] for one in after]
        bounded = slope(levels[asked.warm // asked.every :]) / asked.every
        cells = (
            before[0][name],
            levels[-1],
            unpruned([one[name] for one in before[asked.warm :]], asked.every),
            bounded,
        )
        made.add_row(name, *(f"{cell:,.3f}" for cell in cells))
    return made


def unpruned(sizes: Sequence[float], every: int) -> float:
    """The mean slope between one prune and the next."""
    spans = [sizes[start : start + every] for start in range(0, len(sizes) - every + 1, every)]
    return float(np.mean([slope(span) for span in spans]))


def slope(sizes: Sequence[float]) -> float:
    """By least squares."""
    return float(np.polyfit(range(len(sizes)), sizes, 1)[0])


def _short(sizes: Sizes) -> str:
    return ", ".join(f"{name.partition(': ')[2]} {size:.1f}" for name, size in sizes.items())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth")
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--every", type=int, default=10, help="how many runs until the next prune")
    parser.add_argument("--keep", type=int, default=5)
    parser.add_argument("--warm", type=int, default=20, help="runs that no slope counts: caches fill")
    parser.add_argument("--figures", type=Path, help="write every size to this file, as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()
