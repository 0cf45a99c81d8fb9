"""The plan of a command: a file, then changes, refused as a whole where a key or value is wrong."""

from pathlib import Path

import pytest

from flows.plans import beside, read_plan
from irm_core.errors import UsageError
from irm_core.training.plan import TrainingPlan

NO_CONTRACT = Path("nowhere/none.odcs.yaml")


def test_without_file_and_changes_the_plan_is_the_default() -> None:
    assert read_plan(None, NO_CONTRACT, ()) == TrainingPlan()


def test_changes_win_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text("steps: 700\nseeds: [3]\n")
    plan = read_plan(tmp_path / "plan.yaml", NO_CONTRACT, ["steps=900", "hidden=[8, 8]", "batch_size=null"])
    assert (plan.steps, plan.seeds, plan.hidden, plan.batch_size) == (900, (3,), (8, 8), None)


def test_the_plan_beside_the_contract_is_used(tmp_path: Path) -> None:
    (tmp_path / "heart.plan.yaml").write_text("steps: 700\n")
    assert beside(tmp_path / "heart.odcs.yaml") == tmp_path / "heart.plan.yaml"
    assert read_plan(None, tmp_path / "heart.odcs.yaml", ()).steps == 700


@pytest.mark.parametrize(
    ("text", "change", "said"),
    [
        ("stepz: 7", None, r"stepz: Extra inputs are not permitted. The keys are: objectives, .*steps"),
        ("steps: 0", None, r"steps: Input should be greater than 0"),
        ("objectives: [irmm]", None, r"irmm.*erm, irm"),
        ("- a", None, r"must be keys and values"),
        ("steps: [", None, r"cannot be read"),
        ("steps: 7", None, r"warmup_steps \(100\) must be less than steps \(7\)"),
        ("steps: 7", "steps", r"--set steps: write KEY=VALUE"),
        ("steps: 7", "device=tpu", r"device: Input should be 'auto', 'cpu' or 'cuda'"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, change: str | None, said: str) -> None:
    (tmp_path / "plan.yaml").write_text(text)
    with pytest.raises(UsageError, match=said):
        read_plan(tmp_path / "plan.yaml", NO_CONTRACT, [change] if change else ())
