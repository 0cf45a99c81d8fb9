"""A retraining of what was judged before is recognised: it trains nothing, registers nothing, and says so."""

import pytest
from mlflow import MlflowClient

from flows.tracking import judged

pytestmark = pytest.mark.slow

MODEL = "clinics-by_site"


def run(irmflow, folder, *more: str):
    said = irmflow("run", folder.contract.name, "--report", "report.json", *more)
    assert said.status == 0, said.err
    return said


def registered() -> list[int]:
    found = MlflowClient().search_model_versions(f"name = '{MODEL}'")
    return sorted(int(one.version) for one in found)


def tracked() -> int:
    client = MlflowClient()
    experiment = client.get_experiment_by_name(MODEL).experiment_id
    return len(client.search_runs([experiment], max_results=1000))


def test_unchanged_is_recognised_and_the_earlier_verdict_stands(folder, irmflow) -> None:
    first = run(irmflow, folder)
    assert first.report["unchanged"] is False
    before = registered(), tracked()
    again = run(irmflow, folder)
    assert (registered(), tracked()) == before == ([1], 10)
    assert f"Nothing has changed since models:/{MODEL}/1 was judged on data version" in again.out
    assert "model version 1 stands" in again.out and "It is the champion" in again.out
    assert again.report["unchanged"] is True
    differing = {"unchanged", "seconds"}
    assert {key: one for key, one in again.report.items() if key not in differing} == {
        key: one for key, one in first.report.items() if key not in differing
    }
    spared = {"Validate", "Train"}
    assert spared <= set(first.report["seconds"])
    assert not spared & set(again.report["seconds"])


def test_other_data_another_plan_another_contract_and_other_code_are_not(
    folder, irmflow, monkeypatch
) -> None:
    from flows.tasks import content

    run(irmflow, folder)
    assert not run(irmflow, folder, "--set", "standard_errors=0").report["unchanged"]
    folder.raw.write_text("".join(folder.raw.read_text().splitlines(keepends=True)[:-1]))
    assert not run(irmflow, folder).report["unchanged"]
    folder.contract.write_text(folder.contract.read_text().replace("maximum: 120", "maximum: 121"))
    assert not run(irmflow, folder).report["unchanged"]
    assert run(irmflow, folder).report["unchanged"]
    monkeypatch.setattr(content, "code", lambda _: "other")
    assert not run(irmflow, folder).report["unchanged"]
    assert len(registered()) == 5


def test_what_is_deleted_is_registered_again(folder, irmflow) -> None:
    first = run(irmflow, folder)
    MlflowClient().delete_model_version(MODEL, "1")
    again = run(irmflow, folder)
    assert again.report["unchanged"] is False
    assert registered() == [2]
    assert again.report["candidates"] == first.report["candidates"]


def test_a_retraining_that_did_not_write_everything_down_is_not_known(folder, irmflow, monkeypatch) -> None:
    from flows.tasks import register

    def fail(*arguments):
        raise RuntimeError("killed here")

    with monkeypatch.context() as patch:
        patch.setattr(register.summary, "log_verdict", fail)
        assert irmflow("run", folder.contract.name).status == 1
    assert not run(irmflow, folder).report["unchanged"]
    assert run(irmflow, folder).report["unchanged"]


def test_force_trains_and_registers_again(folder, irmflow, trained) -> None:
    first = run(irmflow, folder).report
    trained.clear()
    again = run(irmflow, folder, "--force").report
    assert len(trained) == len(first["candidates"])
    assert [one["metrics"] for one in again["candidates"]] == [one["metrics"] for one in first["candidates"]]
    assert registered() == [1, 2]
    assert run(irmflow, folder).report["model"] == f"models:/{MODEL}/2"


def test_without_its_report_a_model_says_nothing(folder, irmflow, monkeypatch) -> None:
    run(irmflow, folder)
    (found,) = (folder.path / ".irmflow" / "artifacts").rglob(judged.REPORT)
    found.unlink()
    assert run(irmflow, folder).report["unchanged"] is False
