"""How long each step is."""

from math import cos, pi

from irm_core.training.plan import TrainingPlan


def elapsed(step: int, plan: TrainingPlan) -> tuple[int, int]:
    """How many steps of its phase lie before the 1-based `step`, and how many the phase has."""
    first, last = plan.phases[0], plan.phases[-1]
    return (step - 1, first) if step <= first else (step - 1 - first, last)


def learning_rate_share(step: int, plan: TrainingPlan) -> float:
    """The share of every candidate's learning rate at the 1-based `step`, in 0..1.

    In each phase, of T steps, it first rises evenly, for w = learning_rate_warmup steps. Then it stays at 1,
    or falls as (1 + cos(π (t − w) / (T − w))) / 2 after t steps (SGDR: Loshchilov & Hutter 2017, eq. 5).
    """
    done, length = elapsed(step, plan)
    rising = plan.learning_rate_warmup
    if done < rising:
        return (done + 1) / (rising + 1)
    if plan.learning_rate_schedule == "constant":
        return 1.0
    return (1 + cos(pi * (done - rising) / (length - rising))) / 2
