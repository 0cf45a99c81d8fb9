"""What a contract may say for other tools, and would be mistaken for something that we do: told, once."""

from collections.abc import Iterator
from typing import Any

from irm_core.contracts.problems import at
from irm_core.contracts.yaml_lines import Document, Place


def unexecuted(document: Document) -> tuple[str, ...]:
    """A sentence about each of these, with its line."""
    told = dict.fromkeys(_found(document.data))
    return tuple(at(document.path, document.line(place), sentence) for place, sentence in told)


def _found(data: dict[str, Any]) -> Iterator[tuple[Place, str]]:
    if data.get("slaProperties"):
        yield ("slaProperties",), "slaProperties are for other tools: nothing here watches over them."
    (schema,) = data["schema"]
    columns = schema.get("properties") or ()
    places: list[tuple[Place, Any]] = [(("schema", 0), schema)]
    places += [(("schema", 0, "properties", index), one) for index, one in enumerate(columns)]
    for place, one in places:
        for index, rule in enumerate(one.get("quality") or ()):
            if rule.get("schedule"):
                told = (
                    "a rule's schedule is for other tools: `irmflow check` and `irmflow run` run all rules."
                )
                yield (*place, "quality", index, "schedule"), told
