"""Retrainings as MLflow has them: the runs of each, and which of them may go."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from mlflow import MlflowClient
from mlflow.entities import Run, ViewType

from flows.tracking.pages import everything
from irm_core.data.newest import beyond_newest

OURS = {"retraining", "kind", "dataset", "split", "data_version"}
"""Tags by which a run is a retraining's."""


@dataclass(frozen=True)
class Tracked:
    """A retraining's runs, deleted ones too. id: as in their tag, and in Prefect."""

    id: str
    runs: tuple[Run, ...]

    @property
    def dataset(self) -> str:
        """The data set's name."""
        return str(self.runs[0].data.tags["dataset"])

    @property
    def project(self) -> str:
        """Data set and split, as the experiment is called."""
        return f"{self.dataset}-{self.runs[0].data.tags['split']}"

    @property
    def run_ids(self) -> set[str]:
        """Of all its runs."""
        return {one.info.run_id for one in self.runs}

    @property
    def experiment(self) -> str:
        """The id of the experiment."""
        return str(self.runs[0].info.experiment_id)

    @property
    def began(self) -> int:
        """When the first run was logged, in milliseconds."""
        return min(int(one.info.start_time) for one in self.runs)

    @property
    def versions(self) -> set[str]:
        """The data versions that were trained on."""
        return {one.data.tags["data_version"] for one in self.runs}


def tracked() -> list[Tracked]:
    """Every retraining of every experiment, the newest first."""
    client = MlflowClient()
    experiments = [one.experiment_id for one in everything(client.search_experiments)]
    found: defaultdict[str, list[Run]] = defaultdict(list)
    for run in everything(client.search_runs, experiments, run_view_type=ViewType.ALL, max_results=1000):
        if run.data.tags.keys() >= OURS:
            found[run.data.tags["retraining"]].append(run)
    every = [Tracked(name, tuple(runs)) for name, runs in found.items()]
    return sorted(every, key=lambda one: (-one.began, one.id))


def outdated(known: Iterable[Tracked], keep: int, in_use: set[str]) -> list[Tracked]:
    """Those beyond the newest `keep` of their data set and split, and not in use."""
    return [one for one in beyond_newest(known, keep, lambda one: one.project) if one.id not in in_use]
