"""Inspection of images in worker processes: which can be decoded, their shapes, their SHA-256."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from itertools import chain

import polars as pl

from irm_core.errors import IrmflowError, UsageError

WORKER = (sys.executable, "-m", "irm_core.data.image_decoding")
BATCH = 1000
"""Images per worker process: its start takes as long as some hundred small images."""
SCHEMA = pl.Schema(
    {
        "path": pl.String(),
        "error": pl.String(),
        "sha256": pl.String(),
        "width": pl.Int64(),
        "height": pl.Int64(),
        "channels": pl.Int64(),
    }
)


def inspect(paths: Sequence[str], worker: Sequence[str] = WORKER) -> pl.DataFrame:
    """One row per path, in order: path, error (null: it can be decoded), sha256, width, height, channels.

    An image that kills its worker process is an image with an error; the others are not touched by that.
    An image of another shape than most is an error too: a batch has one shape.
    """
    if find_spec("PIL") is None or find_spec("simplejpeg") is None:
        raise UsageError("Images need more packages. Install them: pip install 'irmflow[images]'.")
    batches = [paths[start : start + BATCH] for start in range(0, len(paths), BATCH)]
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as workers:
        found = workers.map(lambda batch: _inspect_batch(batch, worker), batches)
        frame = pl.DataFrame(list(chain.from_iterable(found)), SCHEMA)
    return frame.with_columns(_odd_shapes(frame).alias("error"))


def _inspect_batch(paths: Sequence[str], worker: Sequence[str]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    while len(found) < len(paths):
        waiting = "".join(f"{json.dumps(path)}\n" for path in paths[len(found) :])
        process = subprocess.run(  # noqa: S603 - our own module
            worker,
            input=waiting,
            capture_output=True,
            text=True,
            check=False,
            process_group=0,  # so that Ctrl-C in a terminal is the caller's to judge, and no image's fault
        )
        found += [json.loads(line) for line in process.stdout.splitlines()]
        if process.returncode < 0:
            name = signal.Signals(-process.returncode).name
            found.append({"error": f"the decoder crashed on it ({name})"})
        elif process.returncode > 0 or len(found) < len(paths):
            raise IrmflowError(f"The worker that inspects images failed: {process.stderr.strip()}")
    return [{"path": path, **one} for path, one in zip(paths, found, strict=True)]


def _odd_shapes(frame: pl.DataFrame) -> pl.Expr:
    """The error column, with a reason also where the shape is not the most common one."""
    shape = ["width", "height", "channels"]
    shapes = frame.filter(pl.col("error").is_null()).group_by(shape).len()
    if shapes.is_empty():
        return pl.col("error")
    width, height, channels, _ = shapes.sort("len", *shape, descending=True).row(0)
    same = (pl.col("width") == width) & (pl.col("height") == height) & (pl.col("channels") == channels)
    said = pl.format(
        "it is {} x {} with {} channels; most are {} x {} with {}", *shape, width, height, channels
    )
    return pl.when(pl.col("error").is_null() & ~same).then(said).otherwise(pl.col("error"))
