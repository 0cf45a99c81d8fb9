"""A process that may not have the memory of a whole stack trains it all the same, in parts."""

import os
from functools import partial
from operator import itemgetter
from pathlib import Path

import pytest

from irm_core.evaluation.crew import Crew, end_idle
from irm_core.evaluation.perseverance import persistently
from irm_core.evaluation.work import Work, divide, train
from irm_core.training.candidate import Candidate
from irm_core.training.out_of_memory import OutOfMemoryError
from irm_core.training.plan import TrainingPlan

pytestmark = pytest.mark.slow

PLAN = TrainingPlan(hidden=(2000, 2000), steps=2, warmup_steps=1, record_every=1, batch_size=4, device="cpu")
EIGHT = [Candidate(objective="irm", penalty_weight=1, seed=seed, left_out="a") for seed in range(8)]
MILLION = 2**20


@pytest.fixture
def work(rows, version, schema) -> Work:
    return Work("short", version, schema, PLAN, partial(itemgetter(0), [rows]))


@pytest.mark.parametrize(("megabytes", "enough"), [(450, True), (20, False)])
def test_a_stack_too_large_is_trained_in_parts_down_to_one_candidate(
    work, megabytes, enough, tmp_path, monkeypatch
) -> None:
    said: list[str] = []
    limit(address_space_of(work) + megabytes * MILLION, tmp_path, monkeypatch)
    with Crew((), 2) as crew:
        training = partial(crew.call, train, work)
        if enough:
            trials = persistently(training, EIGHT, said.append)
            assert [one.candidate for one in trials] == EIGHT
            assert {one.status for one in trials} == {"ok"}
        else:
            with pytest.raises(OutOfMemoryError, match="even trained alone"):
                persistently(training, EIGHT, said.append)
    end_idle()  # nobody else is to have so little
    assert "8 candidate(s) without a need more memory than there is" in said[0]


def address_space_of(work: Work) -> int:
    """Bytes, of a process that has read what it trains on, and nothing before."""
    end_idle()
    with Crew((), 2) as crew:
        crew.call(divide, work, EIGHT)
        pages = int(Path(f"/proc/{crew.call(os.getpid)}/statm").read_text().split()[0])
    end_idle()
    return pages * os.sysconf("SC_PAGE_SIZE")


def limit(size: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every process that begins from now on have so many bytes."""
    (folder / "sitecustomize.py").write_text(
        f"import resource\nresource.setrlimit(resource.RLIMIT_AS, ({size}, {size}))\n"
    )
    monkeypatch.syspath_prepend(folder)
