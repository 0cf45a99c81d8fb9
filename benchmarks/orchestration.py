"""What Prefect and MLflow cost: `irmflow run` with both servers, against its stages as plain functions."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.bare_stages import chosen
from benchmarks.measure import Measured
from benchmarks.servers import servers
from flows.demo import gapminder
from flows.demo.run import contract
from flows.workspace import DEMO

SHARE, SECONDS = 1.1, 15.0  # the most that it may be: a tenth more, or so many seconds where that is more
ROOT = Path(__file__).parents[1]


def measure() -> Iterator[Measured]:
    """The lines of the table."""
    path = contract("gapminder")
    with TemporaryDirectory() as name, servers(Path(name)) as up:
        folder = Path(name)
        (folder / DEMO).mkdir(parents=True)
        gapminder.write(folder / DEMO)
        environment = up.environment | {"PYTHONPATH": str(ROOT)}
        bare = ["-m", "benchmarks.bare_stages", str(path), str(folder / "bare")]
        run = ["-m", "flows", "run", str(path), "--max-parallel", "1", "--report", "report.json"]
        their_cpu, their_wall, said = spent(bare, environment)
        cpu, wall, _ = spent(run, environment)
        ours = chosen(json.loads((folder / "report.json").read_text())["selection"])
    theirs = json.loads(said)
    agreement = f"the same choice: {ours[0]}" if ours == theirs else f"DIFFER: {ours} and {theirs}"
    for unit, one, other in (("CPU s", cpu, their_cpu), ("s", wall, their_wall)):
        yield Measured(
            what="a retraining on gapminder by irmflow run, with Prefect's and MLflow's servers",
            against="its stages as plain functions in one process",
            ours=one,
            theirs=other,
            agreement=agreement,
            unit=unit,
            most=round(max(SHARE, 1 + SECONDS / other), 2),
        )


def spent(arguments: list[str], environment: dict[str, str]) -> tuple[float, float, str]:
    """CPU seconds of a Python process and all that it started, wall seconds, and what it said."""
    started = time.perf_counter()
    with subprocess.Popen(  # noqa: S603
        [sys.executable, *arguments], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        said = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments)
    return used.ru_utime + used.ru_stime, time.perf_counter() - started, said
