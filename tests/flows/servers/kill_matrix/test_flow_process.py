"""The process that runs the flow is killed: its worker says so, and the next run trains what is missing."""

import pytest

pytestmark = pytest.mark.slow


def test_it_is_marked_as_crashed_at_once_and_the_next_run_completes(scene, killed, in_order) -> None:
    run = scene.start(1)
    finished = scene.finished()
    killed(scene.flow_process(run))
    assert scene.end(run, patience=30) == "CRASHED"
    in_order(run, finished)
