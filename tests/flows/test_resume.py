"""What was trained is not trained again, whatever ended the retraining."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

RESULTS = Path(".irmflow/results")
FOLDS = 4  # one stack each


def run_again(irmflow, folder, *more: str) -> dict:
    """Run, after somebody has deleted the registered model: else the whole retraining is known."""
    from mlflow import MlflowClient

    MlflowClient().delete_registered_model("clinics-by_site")
    return run(irmflow, folder, *more)


def run(irmflow, folder, *more: str) -> dict:
    said = irmflow("run", folder.contract.name, "--report", "report.json", *more)
    assert said.status == 0, said.err
    return said.report


def test_once_its_model_is_deleted_a_second_run_trains_nothing_logs_everything_and_chooses_the_same(
    folder, irmflow, trained
) -> None:
    from mlflow import search_runs

    reports = [run(irmflow, folder), run_again(irmflow, folder)]
    assert sorted(trained) == ["east", "north", "south", "west"]
    assert reports[0]["candidates"] == reports[1]["candidates"]
    assert reports[0]["selection"]["reason"] == reports[1]["selection"]["reason"]
    for report in reports:
        logged = search_runs(
            search_all_experiments=True,
            filter_string=f"tags.retraining = '{report['retraining']}' and tags.kind = 'candidate'",
        )
        assert len(logged) == 2 * FOLDS


def test_trials_that_were_not_written_whole_are_trained_again(folder, irmflow, trained) -> None:
    before = run(irmflow, folder)
    empty, half, *whole = RESULTS.glob("trials-*")
    assert len(whole) == FOLDS - 2
    empty.write_bytes(b"")
    half.write_bytes(half.read_bytes()[: half.stat().st_size // 2])
    trained.clear()
    again = run_again(irmflow, folder)
    assert len(trained) == 2
    assert [one["metrics"] for one in again["candidates"]] == [one["metrics"] for one in before["candidates"]]


def test_without_room_for_trials_a_run_goes_on_and_the_next_trains_what_was_not_kept(
    folder, irmflow, trained, disk
) -> None:
    RESULTS.mkdir(parents=True)
    disk(RESULTS, 4)
    before = run(irmflow, folder)
    kept = len(finished())
    assert kept < FOLDS
    disk(RESULTS, 100_000)
    trained.clear()
    again = run_again(irmflow, folder)
    assert len(trained) == FOLDS - kept
    assert [one["metrics"] for one in again["candidates"]] == [one["metrics"] for one in before["candidates"]]


def test_another_choice_among_the_same_candidates_trains_nothing_another_plan_does(
    folder, irmflow, trained
) -> None:
    run(irmflow, folder)
    run(irmflow, folder, "--set", "criterion=mean", "--set", "standard_errors=0")
    assert len(trained) == FOLDS
    run(irmflow, folder, "--set", "steps=21")
    assert len(trained) == 2 * FOLDS


def test_after_a_kill_in_training_only_what_is_missing_is_trained(folder, irmflow, trained) -> None:
    steps = ("--set", "steps=3000")
    done = killed_in_training(folder, *steps)
    report = run(irmflow, folder, *steps)
    assert 0 < done < FOLDS
    assert len(trained) == FOLDS - done
    assert len(report["candidates"]) == 2 * FOLDS


def killed_in_training(folder, *more: str) -> int:
    """How many stacks a retraining had finished when it was killed."""
    from prefect.settings import PREFECT_API_URL

    command = [sys.executable, "-m", "flows", "run", folder.contract.name, *more]
    environment = os.environ | {"PREFECT_API_URL": str(PREFECT_API_URL.value())}
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, env=environment) as process:
        while not finished() and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    return len(finished())


def finished() -> list[Path]:
    return [file for file in RESULTS.glob("trials-*") if is_whole(file)]


def is_whole(file: Path) -> bool:
    try:
        json.loads(file.read_text())
    except json.JSONDecodeError:
        return False
    return True
