"""The worker is killed, alone and together with the run that it has started."""

import pytest

pytestmark = pytest.mark.slow


def test_a_run_outlives_its_worker(scene, worker, in_order) -> None:
    run = scene.start(1)
    finished = scene.finished()
    worker.kill()
    assert scene.end(run) == "COMPLETED"
    in_order(run, finished)


def test_of_both_killed_nobody_tells_until_doctor_does(scene, worker, killed, in_order) -> None:
    run = scene.start(1)
    finished = scene.finished()
    flow = scene.flow_process(run)
    worker.kill()
    killed(flow)
    assert scene.runs()[run] == "RUNNING"
    worker.start()
    in_order(run, finished)
    assert scene.final(run) == "CRASHED"
