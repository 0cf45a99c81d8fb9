"""A process that trains a stack is killed: that stack is trained again, and nobody else notices."""

import pytest

pytestmark = pytest.mark.slow


def test_only_its_stack_is_trained_again_and_the_run_completes(scene, killed, in_order) -> None:
    run = scene.start(1)
    finished = scene.finished()
    killed(scene.stack_processes(run)[0])
    assert scene.end(run, patience=300) == "COMPLETED"
    assert sum("they are trained again" in line for line in scene.logged(run)) == 1
    in_order(run, finished)
    assert list(scene.runs().values()) == ["COMPLETED"]
