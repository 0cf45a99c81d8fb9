"""Processes that train one model together give what one gives; what befalls one of them, all are told."""

import copy
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Timer

import pytest
import torch.distributed

from irm_core.errors import UsageError
from irm_core.evaluation import work as working
from irm_core.evaluation.group import call_together
from irm_core.evaluation.process import DiedError
from irm_core.evaluation.stack import by_fold
from irm_core.evaluation.work import Work
from irm_core.training.candidate import candidates
from irm_core.training.plan import TrainingPlan

pytestmark = pytest.mark.slow

PLAN = TrainingPlan(
    objectives=("irm", "vrex"), penalty_weights=(1.0,), seeds=(0, 1), hidden=(8,), steps=20, warmup_steps=5
)
ESTABLISHED = "01"  # in the table of connections


def test_two_processes_train_the_models_of_one(rows, version, schema) -> None:
    work = Work("one", version, schema, PLAN, partial(copy.copy, rows))
    stack = by_fold(tuple(candidates(PLAN, version.training)))[0]
    alone = working.train(work, stack)
    together = working.train(replace(work, processes=2), stack)
    assert [one.candidate for one in together] == [one.candidate for one in alone]
    for one, other in zip(together, alone, strict=True):
        assert one.status == other.status == "ok"
        for name, metrics in other.metrics.items():
            assert one.metrics[name].risk == pytest.approx(metrics.risk, rel=1e-4)


def test_each_knows_how_many_they_are_and_the_first_answers() -> None:
    assert call_together(2, torch.distributed.get_world_size) == 2
    assert call_together(2, torch.distributed.get_rank) == 0


def test_none_leaves_before_all_are_done() -> None:
    assert call_together(2, leave_first) == 0


def leave_first() -> int:
    """The first process is done at once; a second later the other one looks whether it is still connected."""
    rank = torch.distributed.get_rank()
    torch.distributed.barrier()
    before = connections()
    if rank:
        time.sleep(1)
        assert connections() == before
    return rank


def connections() -> set[str]:
    """The inodes of this process's TCP connections whose other ends are open too."""
    links = {one.readlink().name for one in Path("/proc/self/fd").iterdir() if one.is_symlink()}
    lines = [one.split() for one in Path("/proc/self/net/tcp").read_text().splitlines()[1:]]
    return {one[9] for one in lines if one[3] == ESTABLISHED and f"socket:[{one[9]}]" in links}


def test_an_error_is_raised_with_where_it_was(rows, version, schema) -> None:
    work = Work("one", version, schema, PLAN, partial(copy.copy, rows), processes=2)
    stack = tuple(candidates(PLAN, version.training))[:1]
    unknown = (stack[0].model_copy(update={"objective": "unknown"}),)
    with pytest.raises(UsageError, match="There is no objective 'unknown'") as raised:
        working.train(work, unknown)
    assert "in grouped" in raised.value.__notes__[0]


def test_if_one_is_killed_the_others_end() -> None:
    others = set(multiprocessing.active_children())
    Timer(8, kill_one, [others]).start()
    with pytest.raises(DiedError, match="lost a member"):
        call_together(2, time.sleep, 600)
    assert set(multiprocessing.active_children()) <= others


def kill_one(others: set) -> None:
    (*_, one) = set(multiprocessing.active_children()) - others
    os.kill(one.pid, signal.SIGKILL)


def test_they_end_with_the_caller(tmp_path: Path) -> None:
    code = "from irm_core.evaluation.group import call_together as c; import time; c(2, time.sleep, 600)"
    with subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path) as caller:
        members = wait_for(lambda: len(found := children(caller.pid)) >= 2 and found)
        caller.kill()
    wait_for(lambda: not any(Path(f"/proc/{one}").exists() for one in members))


def children(pid: int) -> list[int]:
    """Processes of `multiprocessing` below this one."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            said = stat.with_name("cmdline").read_bytes()
        except OSError:
            continue
        if parent == pid and b"spawn_main" in said:
            found.append(int(stat.parent.name))
    return found


def wait_for(condition):
    """What it gives as soon as that is true; fails after a minute."""
    for _ in range(600):
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError("in vain")
