"""MLflow's server is killed: training goes on, and what it did not get waits."""

import time

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def started(scene, production):
    """A run whose MLflow is killed with one stack trained; MLflow is there again after the test."""
    run = scene.start(1)
    finished = scene.finished()
    production.mlflow.kill()
    yield run, finished
    if production.mlflow.process.poll() is not None:
        production.mlflow.start()


def test_back_after_a_while_it_misses_nothing(scene, production, started, in_order) -> None:
    run, finished = started
    time.sleep(30)
    production.mlflow.start()
    assert scene.end(run) in ("COMPLETED", "FAILED")  # as it is back before the registration, or not
    in_order(run, finished)


def test_away_for_good_the_run_fails_and_the_next_one_registers(scene, production, started, in_order) -> None:
    run, finished = started
    assert scene.end(run) == "FAILED"
    assert len(scene.finished()) == 8  # four stacks of two
    production.mlflow.start()
    assert scene.command("sync").returncode == 0
    in_order(run, finished)
