"""Prefect's server is killed, and back after a while: the run goes on, and tells it all in the end."""

import time

import pytest

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seconds", [30, 120])
def test_the_run_completes_once_it_is_back(scene, production, in_order, seconds) -> None:
    run = scene.start(1)
    finished = scene.finished()
    production.prefect.kill()
    time.sleep(seconds)
    production.prefect.start()
    assert scene.end(run, patience=300) == "COMPLETED"
    in_order(run, finished)
