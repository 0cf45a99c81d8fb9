"""Registered models of retrainings: which of their versions stay, and which may go."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion

from flows.tracking.pages import everything


@dataclass(frozen=True)
class Models:
    """Versions of registered models, by whether they stay."""

    stay: tuple[ModelVersion, ...]
    go: tuple[ModelVersion, ...]


def models(keep: int) -> Models:
    """What retrainings have registered; what others have is not looked at."""
    client = MlflowClient()
    found = everything(client.search_model_versions)
    by_name: defaultdict[str, list[ModelVersion]] = defaultdict(list)
    for one in found:
        if "data_version" in one.tags:
            by_name[one.name].append(one)
    aliased = {
        (one.name, str(version))
        for one in everything(client.search_registered_models)
        for version in one.aliases.values()
    }
    stay = [one for versions in by_name.values() for one in staying(versions, aliased, keep)]
    kept = {(one.name, one.version) for one in stay}
    go = [one for versions in by_name.values() for one in versions if (one.name, one.version) not in kept]
    return Models(tuple(stay), tuple(go))


def staying(
    versions: Iterable[ModelVersion], aliased: set[tuple[str, str]], keep: int
) -> Iterator[ModelVersion]:
    """Of one model: the newest `keep`, the newest `keep` that were ever champion, and all with an alias."""
    newest = sorted(versions, key=lambda one: int(one.version), reverse=True)
    champions = [one for one in newest if one.tags.get("promoted") == "true"]
    for one in newest:
        if one in newest[:keep] or one in champions[:keep] or (one.name, str(one.version)) in aliased:
            yield one
