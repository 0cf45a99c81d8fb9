"""What a plan may ask for goes all the way: from raw data to a registered model that predicts."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch
from mlflow import MlflowClient

from irm_core.training.models import Architecture

pytestmark = pytest.mark.slow

IMAGES = """\
apiVersion: v3.1.0
kind: DataContract
id: lamps
name: lamps
version: 1.0.0
status: active
servers:
  - {server: local, type: local, path: manifest.csv, format: csv}
schema:
  - name: images
    logicalType: object
    properties:
      - name: path
        logicalType: string
        required: true
        customProperties: [{property: role, value: image}]
      - name: bright
        logicalType: integer
        required: true
        customProperties: [{property: role, value: label}, {property: task, value: classification}]
      - name: site
        logicalType: string
        required: true
        customProperties: [{property: role, value: environment}]
    customProperties:
      - property: environments
        value:
          by_site: {kind: column, columns: [site]}
"""


def test_several_learning_rates_and_embedded_categories(folder, irmflow) -> None:
    said = irmflow(
        *("run", str(folder.contract), "--report", "report.json"),
        *("--set", "learning_rate=[0.01, 0.1]", "--set", "embedding=2", "--set", "hidden=[4]"),
    )
    assert said.status == 0, said.err
    report = said.report
    assert len(report["candidates"]) == 2 * 2 * 4
    rates = {(one["objective"], one["learning_rate"]) for one in report["candidates"]}
    assert rates == {(name, rate) for name in ("erm", "irm") for rate in (0.01, 0.1)}
    assert report["selection"]["erm"]["learning_rate"] in (0.01, 0.1)
    assert "ERM (learning rate 0.01)" in said.out
    run = MlflowClient().get_run(report["mlflow_run_id"])
    assert float(run.data.params["learning_rate"]) == report["selection"]["learning_rate"]
    said = irmflow("predict", report["model"], str(folder.raw), "-o", "out.csv")
    assert said.status == 0, said.err
    assert pl.read_csv("out.csv")["prediction"].is_finite().all()


def test_a_frozen_resnet_with_weights_from_a_file(tmp_path: Path, folder, irmflow) -> None:
    image, random = pytest.importorskip("PIL.Image"), np.random.default_rng(0)
    bright, sites = np.tile([1, 0], 60), np.resize(["a", "b", "c"], 120)
    paths = [f"{number}.png" for number in range(120)]
    for path, one in zip(paths, bright, strict=True):
        pixels = random.integers(0, 100, (32, 32, 3)) + 100 * one
        image.fromarray(pixels.astype(np.uint8)).save(tmp_path / path)
    pl.DataFrame({"path": paths, "bright": bright, "site": sites}).write_csv("manifest.csv")
    Path("lamps.odcs.yaml").write_text(IMAGES)
    network = Architecture(name="resnet18", input_shape=(3, 32, 32), outputs=1, pretrained=True).build(0)
    torch.save(network.featurizer.state_dict(), "resnet18.pth")

    said = irmflow(
        *("run", "lamps.odcs.yaml", "--report", "report.json"),
        *("--set", "model=resnet18", "--set", "weights=resnet18.pth", "--set", "trained=head"),
        *("--set", "objectives=[fishr]", "--set", "penalty_weights=[1]", "--set", "seeds=[0]"),
        *("--set", "steps=60", "--set", "warmup_steps=10", "--set", "learning_rate=0.01"),
    )
    assert said.status == 0, said.err
    assert "Embed" in said.report["seconds"]
    assert {one["status"] for one in said.report["candidates"]} == {"ok"}
    Path("resnet18.pth").unlink()  # the registered model has its own
    model = said.report["model"]
    said = irmflow("predict", model, "manifest.csv", "-o", "out.csv")
    assert said.status == 0, said.err
    assert (pl.read_csv("out.csv")["prediction"].to_numpy() == bright).mean() > 0.8


def test_a_resnet_for_a_table_is_refused(folder, irmflow) -> None:
    said = irmflow(
        "run",
        str(folder.contract),
        "--set",
        "model=resnet18",
        "--set",
        "weights=none.pth",
        "--set",
        "trained=head",
    )
    assert said.status == 2
    assert "reads images" in said.err
