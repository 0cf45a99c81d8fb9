"""What runs, metrics, tags and models are called in MLflow."""

from irm_core.data.version import Version
from irm_core.training.candidate import Candidate


def project(version: Version) -> str:
    """The experiment of a data set and split; its registered model has the same name."""
    return f"{version.dataset}-{version.split}"


def run_name(candidate: Candidate) -> str:
    """A candidate in words: `irm λ=100 seed 0 without Europe`; its learning rate if several are tried."""
    weight = f" λ={candidate.penalty_weight:g}" if candidate.penalty_weight else ""
    rate = f" rate={candidate.learning_rate:g}" if candidate.learning_rate else ""
    fold = f" without {candidate.left_out}" if candidate.left_out else " refit"
    return f"{candidate.objective}{weight}{rate} seed {candidate.seed}{fold}"


def tags(version: Version, retraining: str, kind: str) -> dict[str, str]:
    """Tags that every run of a retraining carries."""
    return {
        "kind": kind,
        "retraining": retraining,
        "dataset": version.dataset,
        "split": version.split,
        "data_version": version.id,
    }
