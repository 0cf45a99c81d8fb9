"""Stacks in processes of their own: one that is killed costs a repetition, and changes nothing."""

import os
import signal
import threading
from pathlib import Path

import pytest

from flows.tasks import train

pytestmark = pytest.mark.slow

ANEW = ("--force", "--set", "steps=1000")
FOLDS = 4  # one stack each


def killing(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """What is trained from now on, stack by stack; the first one's process is killed in the midst."""
    persistently, trained = train.persistently, []

    def disturbed(call, candidates, tell):
        def counted(some):
            trained.append(some[0].left_out)
            if len(trained) == 1:
                threading.Timer(0.1, kill, [call]).start()
            return call(some)

        return persistently(counted, candidates, tell)

    monkeypatch.setattr(train, "persistently", disturbed)
    return trained


def kill(call) -> None:
    """SIGKILL to one process that trains."""
    _, there, *_ = call.args  # of what keeps the trials: where they are made
    process = next(one for one in there.__self__._processes if one.runs)
    os.kill(process._running.pid, signal.SIGKILL)


def run(irmflow, folder, *more: str) -> dict:
    said = irmflow("run", folder.contract.name, "--report", "report.json", *ANEW, *more)
    assert said.status == 0, said.err
    assert "on the CPU" in said.err
    for one in said.report["candidates"]:
        del one["seconds"]
    return said.report


def test_a_killed_stack_alone_is_trained_again_and_two_at_a_time_choose_what_one_chooses(
    folder, irmflow, monkeypatch
) -> None:
    alone = run(irmflow, folder, "--max-parallel", "1")
    trained = killing(monkeypatch)
    disturbed = run(irmflow, folder, "--max-parallel", "2")
    assert len(trained) == FOLDS + 1
    assert sorted(set(trained)) == ["east", "north", "south", "west"]
    assert disturbed["candidates"] == alone["candidates"]
    assert disturbed["selection"]["reason"] == alone["selection"]["reason"]
    assert disturbed["hold_out"] == alone["hold_out"]
    assert not list(Path(".irmflow/running").iterdir())


def test_at_least_one_at_a_time(folder, irmflow) -> None:
    assert irmflow("run", folder.contract.name, "--max-parallel", "0").status == 2


def test_two_processes_for_each_model_choose_what_one_chooses(folder, irmflow) -> None:
    short = ("--set", "steps=120", "--max-parallel", "1")
    alone = run(irmflow, folder, *short)
    together = run(irmflow, folder, *short, "--processes-per-model", "2")
    chosen = ("objective", "penalty_weight")
    assert [together["selection"][one] for one in chosen] == [alone["selection"][one] for one in chosen]
    for one, other in zip(together["candidates"], alone["candidates"], strict=True):
        for name, metrics in other["metrics"].items():
            assert one["metrics"][name]["risk"] == pytest.approx(metrics["risk"], rel=1e-4)
    assert together["candidates"] != alone["candidates"], "rounding tells that the rows were shared"
