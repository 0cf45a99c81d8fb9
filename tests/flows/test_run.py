"""`irmflow run`, from outside: what it reports, leaves in the store, in MLflow, and says of bad data."""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import mlflow
import polars as pl
import pytest
from mlflow import MlflowClient

pytestmark = pytest.mark.slow


def published(report: dict) -> Path:
    return Path(".irmflow/data") / report["dataset"] / report["split"] / report["data_version"]


def test_a_run_reports_publishes_tracks_and_registers(folder, irmflow) -> None:
    said = irmflow("run", str(folder.contract), "--report", "report.json")
    assert said.status == 0, said.err
    report = said.report

    assert set(report) >= {
        "dataset", "split", "data_version", "task", "rows", "environments", "diagnosis", "candidates",
        "selection", "hold_out", "model", "mlflow_run_id", "seconds",
    }  # fmt: skip
    assert report["rows"] == {"read": 400, "good": 400, "quarantined": 0}
    assert set(report["environments"]) == {"north", "south", "east", "west"}
    assert len(report["candidates"]) == 2 * 4
    assert report["selection"]["promoted"]

    manifest = json.loads((published(report) / "manifest.json").read_text())
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((published(report) / name).read_bytes()).hexdigest() == digest

    assert_tracked(report)
    assert_serves(report, folder)
    assert_serves_alone(report)


def assert_tracked(report: dict) -> None:
    """MLflow has a flat run per candidate, with curves by environment, and one summary with the choice."""
    client = MlflowClient()
    experiment = client.get_experiment_by_name("clinics-by_site").experiment_id
    runs = client.search_runs([experiment], max_results=100)
    kinds = [run.data.tags["kind"] for run in runs]
    assert (kinds.count("candidate"), kinds.count("refit"), kinds.count("summary")) == (8, 1, 1)
    assert {run.info.status for run in runs} == {"FINISHED"}
    assert {run.data.tags["data_version"] for run in runs} == {report["data_version"]}
    assert {run.data.tags["retraining"] for run in runs} == {report["retraining"]}
    assert not any("mlflow.parentRunId" in run.data.tags for run in runs)

    candidate = next(run for run in runs if run.data.tags["kind"] == "candidate")
    for kind in ("risk", "r2", "penalty"):
        steps = [point.step for point in client.get_metric_history(candidate.info.run_id, f"{kind}/north")]
        assert steps == sorted(set(steps)) and steps[-1] == 20
    assert {"worst", "mean", "gap", "left_out", "penalty_weight"} <= set(candidate.data.metrics)
    assert candidate.inputs.dataset_inputs[0].dataset.name.endswith(report["data_version"])

    summary = client.get_run(report["mlflow_run_id"])
    assert summary.data.params["objective"] == report["selection"]["objective"]
    assert {"worst", "erm/worst", "mean", "erm/mean"} <= set(summary.data.metrics)
    artifacts = {one.path for one in client.list_artifacts(report["mlflow_run_id"])}
    assert {"verdict.md", "report.json", "scores.png", "curves.png"} <= artifacts


ALONE = """
import sys
sys.path.append(sys.argv[1])
assert not __import__("importlib.util").util.find_spec("irm_core"), "irmflow must not be installed here"
import mlflow, pandas
rows = pandas.DataFrame({"age": [40, 50], "dose": [0.5, -0.5], "ward": ["a", "new"]})
print(len(mlflow.pyfunc.load_model(sys.argv[2]).predict(rows)))
"""


def assert_serves_alone(report: dict) -> None:
    """The model brings its code: it loads where irmflow is not installed."""
    packages = Path(mlflow.__file__).parent.parent
    # -S: without the site module nothing that is installed in place (as irmflow is here) can be imported.
    command = [sys.executable, "-S", "-P", "-c", ALONE, str(packages), report["model"]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1:] == ["2"], done.stderr


def assert_serves(report: dict, folder) -> None:
    """The registered model takes raw rows through pyfunc, as the champion, without pickle."""
    version = MlflowClient().get_model_version_by_alias("clinics-by_site", "champion")
    assert report["model"] == f"models:/clinics-by_site/{version.version}"
    assert report["selection"]["reason"] in version.description
    model = mlflow.pyfunc.load_model(report["model"])
    assert [column.name for column in model.metadata.signature.inputs] == ["age", "dose", "ward"]
    raw = pl.read_csv(folder.raw)
    answers = model.predict(raw.select("age", "dose", "ward").to_pandas())
    assert list(answers["prediction"].notna()) == [True] * 400


def test_predictions_keep_every_row_in_its_order(folder, irmflow) -> None:
    assert irmflow("run", str(folder.contract)).status == 0
    said = irmflow("predict", "models:/clinics-by_site@champion", "clinics.csv", "-o", "out.parquet")
    assert said.status == 0, said.err
    out, raw = pl.read_parquet("out.parquet"), pl.read_csv(folder.raw, infer_schema=False)
    assert out.select(raw.columns).equals(raw)
    assert out["prediction"].null_count() == 0

    downloaded = mlflow.artifacts.download_artifacts("models:/clinics-by_site@champion", dst_path="model")
    assert irmflow("predict", downloaded, "clinics.csv", "-o", "again.parquet").status == 0
    assert pl.read_parquet("again.parquet").equals(out)


def test_the_same_data_are_the_same_version_and_are_not_written_again(folder, irmflow) -> None:
    first = irmflow("run", str(folder.contract), "--report", "report.json").report
    written = {path: path.stat().st_mtime_ns for path in published(first).rglob("*")}
    second = irmflow("run", str(folder.contract), "--force", "--report", "report.json").report
    assert second["data_version"] == first["data_version"]
    assert {path: path.stat().st_mtime_ns for path in published(first).rglob("*")} == written
    assert not second["selection"]["promoted"], "the same model is no better than itself"


def test_hold_outs_are_reported_and_never_trained_on(folder, irmflow) -> None:
    said = irmflow("run", str(folder.contract), "--split", "but_west", "--report", "report.json")
    report = said.report
    assert set(report["hold_out"]) == {"west"}
    assert {one["left_out"] for one in report["candidates"]} == {"north", "south", "east"}
    assert report["environments"]["west"]["hold_out"]
    assert "Hold-out" in said.out


def test_inferred_environments_train_declared_ones_judge_and_the_report_says_so(folder, irmflow) -> None:
    text = folder.contract.read_text()
    declared = "by_error: {kind: inferred, environments: 2, columns: [site]}"
    folder.contract.write_text(
        text.replace("          by_site:", f"          {declared}\n          by_site:", 1)
    )
    said = irmflow("run", folder.contract.name, "--split", "by_error", "--report", "report.json")
    assert said.status == 0, said.err
    assert list(said.report["environments"]) == ["east", "north", "south", "west"]
    (caveat,) = said.report["caveats"]
    assert "inferred" in caveat
    assert "are inferred (EIIL)" in said.out


def broken_header(text: str) -> str:
    return text.replace("recovery", "recovered", 1)


def text_in_a_number(text: str) -> str:
    lines = text.splitlines()
    lines[3] = lines[3].replace(lines[3].split(",")[1], "old", 1)
    return "\n".join(lines) + "\n"


def unknown_site(text: str) -> str:
    lines = text.splitlines()
    lines[7] = "mars" + lines[7][lines[7].index(",") :]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (broken_header, "recovery"),
        (lambda _: "", "empty"),
        (lambda text: text.splitlines()[0] + "\n", "not one row"),
        (lambda text: text.replace("site,age", "site,site", 1), "site.*more than once"),
    ],
)
def test_a_file_that_is_not_as_declared_is_refused_in_a_sentence(folder, irmflow, damage, said) -> None:
    folder.raw.write_text(damage(folder.raw.read_text()))
    before = folder.raw.read_bytes()
    command = irmflow("run", str(folder.contract))
    assert command.status == 3
    assert "clinics.csv" in command.err and "Traceback" not in command.err
    assert re.search(said, command.err), command.err
    assert folder.raw.read_bytes() == before
    assert not list(Path(".irmflow/data").rglob("manifest.json"))


@pytest.mark.parametrize(
    ("damage", "line", "rule"), [(text_in_a_number, 4, "age.type"), (unknown_site, 8, "site.values")]
)
def test_a_bad_row_goes_to_quarantine_with_its_raw_values(folder, irmflow, damage, line, rule) -> None:
    folder.raw.write_text(damage(folder.raw.read_text()))
    report = irmflow("run", str(folder.contract), "--report", "report.json").report
    assert report["rows"] == {"read": 400, "good": 399, "quarantined": 1}
    row = pl.read_parquet(published(report) / "quarantine.parquet").row(0, named=True)
    raw = folder.raw.read_text().splitlines()[line - 1].split(",")
    assert [row[name] for name in ("site", "age", "dose", "ward", "recovery")] == raw
    assert (row["_file"], row["_line"]) == ("clinics.csv", line)
    assert rule in row["_rules"]


def test_beyond_the_tolerance_nothing_is_published_and_nothing_lost(folder, irmflow) -> None:
    folder.raw.write_text(folder.raw.read_text().replace("north", "mars"))
    command = irmflow("run", str(folder.contract))
    assert command.status == 3
    assert "site.values" in command.err and "mars" in command.err
    assert not list(Path(".irmflow/data").rglob("manifest.json"))
    rejected = list(Path(".irmflow/data/clinics/rejected").glob("*.parquet"))
    assert pl.read_parquet(rejected)["site"].to_list() == ["mars"] * 100


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (("role, value: label", "role, value: labl"), r"clinics.odcs.yaml:\d+: .*labl"),
        (("columns: [site], minRows", "columns: [place], minRows"), r"clinics.odcs.yaml:\d+: .*place"),
        (("required: true", "requird: true"), r"clinics.odcs.yaml:\d+: .*requird"),
        (("metric: invalidValues", "metric: sorcery"), r"clinics.odcs.yaml:\d+: .*sorcery"),
    ],
)
def test_a_contract_that_cannot_be_executed_is_refused_with_its_line(folder, irmflow, damage, said) -> None:
    folder.contract.write_text(folder.contract.read_text().replace(*damage, 1))
    command = irmflow("run", str(folder.contract))
    assert command.status == 2
    assert re.search(said, command.err), command.err


@pytest.mark.parametrize(
    "command",
    [
        "run",
        "run clinics.odcs.yaml --plan",
        "sorcery",
        "run nowhere.yaml",
        "run clinics.odcs.yaml --split by_moon",
        "run clinics.odcs.yaml --set step=3",
        "predict models:/moon@champion clinics.csv -o out.csv",
        "predict nowhere clinics.csv -o out.csv",
        "predict nowhere clinics.odcs.yaml -o out.csv",
        "predict nowhere clinics.csv -o out.xlsx",
    ],
)
def test_a_wrong_command_ends_with_2_and_a_sentence(folder, irmflow, command) -> None:
    said = irmflow(*command.split())
    assert said.status == 2
    assert "Error" in said.err and "Traceback" not in said.err
