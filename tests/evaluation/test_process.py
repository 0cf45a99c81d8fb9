"""A process to call functions in: what becomes of it, and of its caller, whatever happens to either."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest

from irm_core.errors import DataError
from irm_core.evaluation.process import DiedError, Process

pytestmark = pytest.mark.slow  # it imports torch

CALLER = """\
import time
from irm_core.evaluation.process import Process

process = Process({})
print(process.call(__import__("os").getpid), flush=True)
process.call(time.sleep, 600)
"""

QUERY = """\
import polars as pl

def query():
    rows = pl.LazyFrame({"x": pl.arange(3_000_000, eager=True).shuffle(seed=0)})
    print("at work", flush=True)
    for _ in range(20):
        rows.select(pl.col("x").sort()).select(pl.col("x").diff().sum()).collect()
    return "done"
"""
INTERRUPTED = """\
import signal
from irm_core.evaluation.process import Process
from queries import query

signal.signal(signal.SIGINT, lambda *_: None)
print(Process({}).call(query), flush=True)
"""


@pytest.fixture(scope="module")
def process() -> Iterator[Process]:
    one = Process({"CUDA_VISIBLE_DEVICES": "7", "OMP_NUM_THREADS": "1"})
    yield one
    one.end()


def test_it_is_another_process_in_the_callers_folder_with_its_own_environment(
    process, tmp_path, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert process.call(os.getpid) != os.getpid()
    assert process.call(os.getpid) == process.call(os.getpid)
    assert process.call(os.getcwd) == str(tmp_path)
    assert process.call(os.getenv, "CUDA_VISIBLE_DEVICES") == "7"


def test_it_raises_what_the_function_raises_and_says_where(process) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere") as raised:
        process.call(os.stat, "nowhere")
    assert "in outcome" in raised.value.__notes__[0]


def test_an_error_of_ours_leaves_it_as_it_was_any_other_ends_it(process, tmp_path, monkeypatch) -> None:
    (tmp_path / "wrong_data.py").write_text(
        "from irm_core.errors import DataError\n\ndef refuse():\n    raise DataError('wrong data')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    import wrong_data

    process.end()
    first = process.call(os.getpid)
    with pytest.raises(DataError, match="wrong data"):
        process.call(wrong_data.refuse)
    assert process.call(os.getpid) == first
    with pytest.raises(ZeroDivisionError):
        process.call(divmod, 1, 0)
    assert process.call(os.getpid) != first


def test_killed_at_work_it_says_so_and_the_next_call_has_a_new_one(process) -> None:
    first = process.call(os.getpid)
    Timer(0.2, os.kill, (first, signal.SIGKILL)).start()
    with pytest.raises(DiedError, match="was killed by SIGKILL"):
        process.call(time.sleep, 600)
    assert process.call(os.getpid) != first


def test_ended_by_another_thread_it_answers_its_caller(process) -> None:
    process.call(os.getpid)
    Timer(0.2, process.end).start()
    with pytest.raises(DiedError):
        process.call(time.sleep, 600)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_it_does_not_outlive_its_caller_even_at_work(tmp_path: Path, how: signal.Signals) -> None:
    script = tmp_path / "caller.py"
    script.write_text(CALLER)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, str(script)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, text=True
    ) as caller:
        own = int(caller.stdout.readline())
        assert alive(own)
        caller.send_signal(how)
        caller.wait()
    for _ in range(100):
        if not alive(own):
            return
        time.sleep(0.1)
    pytest.fail("It runs on, ten seconds after its caller has ended.")


def test_ctrl_c_is_its_callers_even_in_a_query_of_polars(tmp_path: Path) -> None:
    """Polars handles the signal by itself, where a process has said that it ignores it, too."""
    (tmp_path / "queries.py").write_text(QUERY)
    (tmp_path / "caller.py").write_text(INTERRUPTED)
    with subprocess.Popen(
        [sys.executable, str(tmp_path / "caller.py")],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        text=True,
        start_new_session=True,
    ) as caller:
        assert caller.stdout.readline() == "at work\n"
        time.sleep(0.1)
        os.killpg(caller.pid, signal.SIGINT)
        assert caller.communicate(timeout=60)[0] == "done\n"


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
