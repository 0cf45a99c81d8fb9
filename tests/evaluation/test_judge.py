"""Judging a predictor, trained here or loaded, on a version."""

from dataclasses import replace

import numpy as np
import pytest

from irm_core.data.rows import Rows
from irm_core.errors import DataError
from irm_core.evaluation.judge import judge
from irm_core.evaluation.trial import run_trial
from irm_core.predictor import Predictor
from irm_core.training.candidate import Candidate
from irm_core.training.plan import TrainingPlan

PLAN = TrainingPlan(model="linear", steps=30, warmup_steps=10, device="cpu")


@pytest.fixture
def trained(rows, version, schema):
    candidate = Candidate(objective="erm", penalty_weight=0.0, seed=0, left_out=None)
    return run_trial(rows, version, schema, candidate, PLAN)


def test_it_finds_what_the_trial_found_also_once_saved_and_loaded(trained, rows, version, tmp_path):
    trial, predictor = trained
    predictor.save(tmp_path)
    for one in (predictor, Predictor.load(tmp_path, device="cpu")):
        found = judge(one, rows, version)
        assert found.keys() == trial.metrics.keys()
        for name, metrics in found.items():
            assert metrics.model_dump() == pytest.approx(trial.metrics[name].model_dump())


def test_a_predictor_that_cannot_read_the_rows_is_refused(trained, rows, version):
    _, predictor = trained
    with pytest.raises(DataError, match="'z'"):
        judge(predictor, Rows(rows.frame.drop("z"), None), version)


def test_images_of_another_shape_are_refused(trained, rows, version):
    predictor = replace(trained[1], features=None)
    images = np.zeros((rows.frame.height, 3, 8, 8), np.uint8)
    with pytest.raises(DataError, match=r"shape \(3, 8, 8\)"):
        judge(predictor, Rows(rows.frame, images), version)


def test_a_model_of_images_needs_images(trained, rows, version):
    with pytest.raises(DataError, match="reads images"):
        judge(replace(trained[1], features=None), rows, version)
