"""A retraining without Prefect and MLflow: the stages as plain functions, in one process."""

import json
import sys
from pathlib import Path

from flows.plans import read_plan
from irm_core.contracts.read import read
from irm_core.data import store
from irm_core.data.ingestion import ingest
from irm_core.data.rows import load
from irm_core.data.schema import ModelSchema
from irm_core.diagnostics.diagnose import diagnose
from irm_core.evaluation.judge import judge
from irm_core.evaluation.leave_one_out import leave_one_out
from irm_core.evaluation.refit import choice
from irm_core.evaluation.selection import select
from irm_core.evaluation.stack import by_fold
from irm_core.evaluation.trial import run_fold, run_trial
from irm_core.validation.validate import validate


def main(path: Path, folder: Path) -> None:
    """Ingest → validate → publish → diagnose → train → select → refit → judge → save; print the choice."""
    contract = read(path)
    split = contract.chosen_split(None)
    plan = read_plan(None, path, ())
    (folder / "rows").mkdir(parents=True)
    raw = ingest(contract, folder / "rows", split_name=split)
    validate(raw.flagged, contract, refused=raw.refused)
    published = store.publish(raw, contract, split, folder / "store")
    version, schema = published.version, ModelSchema.of(contract)
    rows = load(published, schema)
    diagnose(rows, schema, version)
    trials = [
        trial
        for fold in by_fold(leave_one_out(plan, version))
        for trial, _ in run_fold(rows, version, schema, fold, plan)
    ]
    selection = select(trials, plan)
    _, predictor = run_trial(rows, version, schema, choice(selection, plan), plan)
    judge(predictor, rows, version)
    predictor.save(folder / "predictor")
    sys.stdout.write(json.dumps(chosen(selection.model_dump(mode="json"))))


def chosen(selection: dict[str, object]) -> list[object]:
    """What was chosen, as far as rounding does not matter."""
    return [selection["objective"], selection["penalty_weight"]]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
