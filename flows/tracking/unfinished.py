"""Registrations that were cut short: what they began in the registry is taken back by the next one.

Otherwise a kill between a model's registration and its verdict would leave a version that nobody judged to
the end, a champion perhaps.
"""

import uuid
from collections.abc import Iterator

from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion

from flows.tracking.judged import CONTENT
from flows.tracking.registry import CHAMPION, OVER, champion
from flows.workspace import HOME
from irm_core.data.writing import whole

BEGUN = "begun"
"""The tag of a version that says in which working folder it was begun: who is at work is known only there."""


def begun() -> dict[str, str]:
    """The tag of this folder, whose name is made with its first registration."""
    name = HOME / "name"
    if not name.exists():
        with whole(name, "The folder's name") as unfinished:
            unfinished.write_text(uuid.uuid4().hex)
    return {BEGUN: name.read_text()}


def take_back(name: str) -> Iterator[ModelVersion]:
    """Delete what this folder has begun to register as `name` and not ended. Call it in the folder's turn.

    A champion among them gives way to the one that it was promoted over.
    """
    client = MlflowClient()
    ours = f"name = '{name}' and tags.{BEGUN} = '{begun()[BEGUN]}'"
    for one in client.search_model_versions(ours):
        if CONTENT in one.tags:
            continue
        present = champion(name)
        if present is not None and present.version == one.version:
            _restore(name, one.tags.get(OVER))
        client.delete_model_version(name, one.version)
        yield one


def _restore(name: str, before: str | None) -> None:
    client = MlflowClient()
    known = {str(one.version) for one in client.search_model_versions(f"name = '{name}'")}
    if before in known:
        client.set_registered_model_alias(name, CHAMPION, before)
    else:
        client.delete_registered_model_alias(name, CHAMPION)
