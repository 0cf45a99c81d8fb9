"""Two retrainings at once, by hand: one waits, and never are there two promotions."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def together(folder, *plans: str) -> list[str]:
    """What retrainings say that are started together, in processes of their own."""
    from prefect.settings import PREFECT_API_URL

    environment = os.environ | {"PREFECT_API_URL": str(PREFECT_API_URL.value())}
    command = [sys.executable, "-m", "flows", "run", folder.contract.name, "--set", "steps=3000", "--set"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    running = [subprocess.Popen([*command, plan], env=environment, **pipes) for plan in plans]
    said = [process.communicate(timeout=500)[0] for process in running]
    assert [process.returncode for process in running] == [0] * len(plans), said
    return said


def versions() -> list:
    """Of the registered model, by age."""
    from mlflow import MlflowClient

    found = MlflowClient().search_model_versions("name = 'clinics-by_site'")
    return sorted(found, key=lambda one: int(one.version))


def test_of_two_of_the_same_one_waits_and_finds_it_done(folder, irmflow) -> None:
    said = together(folder, "seeds=[0]", "seeds=[0]")
    assert sorted("Waiting for another retraining of the same" in one for one in said) == [False, True]
    assert sorted("Unchanged" in one for one in said) == [False, True]
    assert len(list(Path(".irmflow/data").rglob("manifest.json"))) == 1
    assert [one.tags["promoted"] for one in versions()] == ["true"]
    assert not list(Path(".irmflow/running").iterdir())


def test_of_two_plans_the_second_to_register_is_compared_with_the_first(folder, irmflow) -> None:
    together(folder, "seeds=[0]", "seeds=[1]")
    first, second = versions()
    assert first.tags["promoted"] == "true" and "no champion" in first.description
    assert "no champion" not in second.description


def test_a_champion_that_another_folder_crowns_meanwhile_is_met_as_well(folder, irmflow, monkeypatch) -> None:
    from mlflow import MlflowClient

    from flows.tasks import register

    for seeds in ("seeds=[0]", "seeds=[1]"):
        assert irmflow("run", folder.contract.name, "--set", seeds).status == 0
    MlflowClient().set_registered_model_alias("clinics-by_site", "champion", "1")
    compare, met = register.compare, []

    def crowned_meanwhile(predictor, present, outcome):
        met.append(present.version)
        promotion = compare(predictor, present, outcome)
        MlflowClient().set_registered_model_alias(present.name, "champion", "2")
        return promotion

    monkeypatch.setattr(register, "compare", crowned_meanwhile)
    assert irmflow("run", folder.contract.name, "--set", "seeds=[2]").status == 0
    assert [int(one) for one in met] == [1, 2]
