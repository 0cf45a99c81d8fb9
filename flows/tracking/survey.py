"""What MLflow has of retrainings, and what of it is in use."""

from dataclasses import dataclass

from flows.tracking.models import Models, models
from flows.tracking.retrainings import Tracked, outdated, tracked


@dataclass(frozen=True)
class Survey:
    """models: registered. known: every retraining. gone: those that may go."""

    models: Models
    known: list[Tracked]
    gone: list[Tracked]

    @property
    def versions(self) -> set[str]:
        """The data versions of the models and retrainings that stay."""
        of_models = {one.tags["data_version"] for one in self.models.stay}
        return of_models.union(*(one.versions for one in self.known if one.id in self.staying))

    @property
    def staying(self) -> set[str]:
        """The retrainings that stay."""
        return {one.id for one in self.known} - {one.id for one in self.gone}


def survey(keep: int, working: set[str]) -> Survey:
    """Beyond the newest `keep` all goes that no model which stays comes from, and is not `working`."""
    found, known = models(keep), tracked()
    of_models = {one.tags["retraining"] for one in found.stay if "retraining" in one.tags}
    return Survey(found, known, outdated(known, keep, of_models | working))
