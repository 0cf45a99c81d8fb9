"""Ten thousand points of curves, logged to MLflow's own server as a candidate's are."""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import Measured
from benchmarks.servers import servers

POINTS, NAMES = 10_000, 25
MOST = 10.0  # seconds


def measure() -> Iterator[Measured]:
    """The line of the table."""
    with TemporaryDirectory() as name, servers(Path(name)) as up:
        seconds, arrived = logged(up.environment["MLFLOW_TRACKING_URI"])
    yield Measured(
        what=f"{POINTS:,} points of {NAMES} metrics logged to MLflow's server",
        against="the most that it may take",
        ours=seconds,
        theirs=MOST,
        agreement="all are there" if arrived == POINTS else f"only {arrived:,} are there",
        unit="s",
        most=1,
    )


def logged(store: str) -> tuple[float, int]:
    """Seconds that a run with as many points takes, from its creation to its end; how many arrived."""
    from mlflow import MlflowClient

    from flows.tracking.dataset import Used
    from flows.tracking.record import RunRecord
    from flows.tracking.runs import now

    client = MlflowClient(store)
    record = RunRecord(
        store=store,
        experiment=client.create_experiment("points"),
        retraining="one",
        key="one",
        name="irm",
        at=now(),
        tags={},
        metrics=tuple((f"risk/{point % NAMES}", float(point), point // NAMES) for point in range(POINTS)),
        parameters={"objective": "irm"},
        data=Used(name="points", folder="points", rows=1, sha256="0" * 64),
    )
    started = time.perf_counter()
    record.send()
    seconds = time.perf_counter() - started
    (run,) = client.search_runs([record.experiment])
    return seconds, sum(
        len(client.get_metric_history(run.info.run_id, f"risk/{one}")) for one in range(NAMES)
    )
