"""What is trained on all training environments after the choice: the choice, and ERM to measure it by."""

from irm_core.errors import IrmflowError
from irm_core.evaluation.configuration import name
from irm_core.evaluation.records import Trial
from irm_core.evaluation.selection import Selection
from irm_core.training.candidate import CONTROL, Candidate
from irm_core.training.plan import TrainingPlan


def choice(selection: Selection, plan: TrainingPlan) -> Candidate:
    """What was selected, with the plan's first seed."""
    return Candidate(
        objective=selection.objective,
        penalty_weight=selection.penalty_weight,
        learning_rate=selection.learning_rate,
        seed=plan.seeds[0],
        left_out=None,
    )


def control(selection: Selection, plan: TrainingPlan) -> Candidate:
    """ERM with the best of its learning rates, and the same seed."""
    return Candidate(
        objective=CONTROL,
        penalty_weight=0.0,
        learning_rate=selection.erm.learning_rate,
        seed=plan.seeds[0],
        left_out=None,
    )


def refuse_failed(trial: Trial) -> None:
    """`IrmflowError` if the choice failed on all environments, though it went well on every fold."""
    if trial.status != "ok":
        raise IrmflowError(
            f"{name(trial.candidate)} {trial.status} on all environments "
            f"together, though on no fold: {trial.reason}. Lower learning_rate or the penalty weights."
        )
