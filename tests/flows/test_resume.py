"""What was trained is not trained again, whatever ended the retraining."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from irm_core.training.candidate import Candidate
from irm_core.training.out_of_memory import OutOfMemoryError

pytestmark = pytest.mark.slow

RESULTS = Path(".irmflow/results")
CANDIDATES = 8  # four folds, of each a stack of two


def run_again(irmflow, folder, *more: str) -> dict:
    """Run, after somebody has deleted the registered model: else the whole retraining is known."""
    from mlflow import MlflowClient

    MlflowClient().delete_registered_model("clinics-by_site")
    return run(irmflow, folder, *more)


def run(irmflow, folder, *more: str) -> dict:
    said = irmflow("run", folder.contract.name, "--report", "report.json", *more)
    assert said.status == 0, said.err
    return said.report


def metrics(report: dict) -> list[dict]:
    return [one["metrics"] for one in report["candidates"]]


def candidate(file: Path) -> Candidate:
    """Whose trial it keeps."""
    return Candidate.model_validate(json.loads(file.read_text())["trial"]["candidate"])


def test_once_its_model_is_deleted_a_second_run_trains_nothing_logs_everything_and_chooses_the_same(
    folder, irmflow, trained
) -> None:
    from mlflow import search_runs

    reports = [run(irmflow, folder), run_again(irmflow, folder)]
    assert len(trained) == len(set(trained)) == CANDIDATES
    assert reports[0]["candidates"] == reports[1]["candidates"]
    assert reports[0]["selection"]["reason"] == reports[1]["selection"]["reason"]
    for report in reports:
        logged = search_runs(
            search_all_experiments=True,
            filter_string=f"tags.retraining = '{report['retraining']}' and tags.kind = 'candidate'",
        )
        assert len(logged) == CANDIDATES


def test_in_another_division_only_what_is_missing_is_trained(
    folder, irmflow, trained, kept, monkeypatch
) -> None:
    from flows import training

    before = run(irmflow, folder)
    lost = [candidate(file) for file in kept()[:3]]
    for file in kept()[:3]:
        file.unlink()
    trained.clear()
    monkeypatch.setattr(training, "divided", lambda missing, _: [(one,) for one in missing])
    again = run_again(irmflow, folder)
    assert sorted(map(str, trained)) == sorted(map(str, lost))
    for one, other in zip(metrics(again), metrics(before), strict=True):
        assert {name: found["risk"] for name, found in one.items()} == pytest.approx(
            {name: found["risk"] for name, found in other.items()}, rel=1e-4
        )


def test_of_a_plan_with_one_more_seed_that_seed_only_is_trained(folder, irmflow, trained) -> None:
    before = run(irmflow, folder)
    trained.clear()
    said = irmflow("run", folder.contract.name, "--report", "report.json", "--set", "seeds=[0,1]")
    assert said.status == 0, said.err
    assert f"{2 * CANDIDATES} candidates, {CANDIDATES} of them trained before" in said.err
    assert len(trained) == CANDIDATES and {one.seed for one in trained} == {1}
    known = [one for one in said.report["candidates"] if one["seed"] == 0]
    assert known == before["candidates"]


def test_halves_of_a_stack_that_is_too_large_are_kept_each_by_itself(
    folder, irmflow, trained, kept, monkeypatch
) -> None:
    from flows.tasks import train

    with monkeypatch.context() as patch:
        patch.setattr(train, "persistently", on_a_small_machine(train.persistently))
        said = irmflow("run", folder.contract.name)
    assert said.status == 1 and "needs more memory than there is" in said.err
    assert {candidate(file).objective for file in kept()} == {"erm"}
    trained.clear()
    run(irmflow, folder)
    assert len(trained) == CANDIDATES // 2 and {one.objective for one in trained} == {"irm"}


def on_a_small_machine(persistently):
    """With memory for one candidate at a time, and not even for one of irm."""

    def disturbed(train, candidates, tell):
        def limited(some):
            if len(some) > 1 or some[0].objective == "irm":
                raise OutOfMemoryError("as this test has it")
            return train(some)

        return persistently(limited, candidates, tell)

    return disturbed


def test_trials_that_were_damaged_are_trained_again(folder, irmflow, trained, kept) -> None:
    before = run(irmflow, folder)
    empty, half, *_ = damaged = kept()[:2]
    again_to_be_trained = [candidate(file) for file in damaged]
    empty.write_bytes(b"")
    half.write_bytes(half.read_bytes()[: half.stat().st_size // 2])
    trained.clear()
    again = run_again(irmflow, folder)
    assert set(trained) == set(again_to_be_trained)
    assert metrics(again) == metrics(before)


def test_without_room_for_trials_a_run_says_so_and_goes_on_and_the_next_trains_what_was_not_kept(
    folder, irmflow, trained, kept, disk
) -> None:
    RESULTS.mkdir(parents=True)
    disk(RESULTS, 4)
    said = irmflow("run", folder.contract.name, "--report", "report.json")
    assert said.status == 0, said.err
    assert f"cannot be kept in {RESULTS.absolute()}: the disk is full. Training goes on" in said.err
    done = len(kept())
    assert done < CANDIDATES and len(list(RESULTS.iterdir())) == done
    disk(RESULTS, 100_000)
    trained.clear()
    again = run_again(irmflow, folder)
    assert len(trained) == CANDIDATES - done
    assert metrics(again) == metrics(said.report)


def test_another_choice_among_the_same_candidates_trains_nothing_another_plan_does(
    folder, irmflow, trained
) -> None:
    run(irmflow, folder)
    run(irmflow, folder, "--set", "criterion=mean", "--set", "standard_errors=0")
    assert len(trained) == CANDIDATES
    run(irmflow, folder, "--set", "steps=21")
    assert len(trained) == 2 * CANDIDATES


def test_after_a_kill_in_training_only_what_is_missing_is_trained(folder, irmflow, trained, kept) -> None:
    steps = ("--set", "steps=3000")
    done = killed_in_training(folder, kept, *steps)
    report = run(irmflow, folder, *steps)
    assert 0 < done < CANDIDATES
    assert len(trained) == CANDIDATES - done
    assert len(report["candidates"]) == CANDIDATES


def killed_in_training(folder, kept, *more: str) -> int:
    """How many candidates a retraining had trained when it was killed."""
    from prefect.settings import PREFECT_API_URL

    command = [sys.executable, "-m", "flows", "run", folder.contract.name, *more]
    environment = os.environ | {"PREFECT_API_URL": str(PREFECT_API_URL.value())}
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, env=environment) as process:
        while not kept() and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    return len(kept())
