"""What Prefect would silently ignore in a `prefect.yaml`: there a typing error turns a safeguard off."""

import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from prefect.cli.deploy._models import PrefectYamlModel
from prefect.cli.deploy._triggers import DeploymentTriggerAdapter
from prefect.client.orchestration import get_client
from prefect.deployments.steps.core import RESERVED_KEYWORDS
from prefect.exceptions import ObjectNotFound
from prefect.flows import load_flow_from_entrypoint
from prefect.utilities.callables import parameter_schema
from prefect.utilities.importtools import import_object
from prefect.utilities.schema_tools import validate

from flows.strict_parameters import strict_schema
from irm_core.contracts.problems import Problem, Problems, unknown
from irm_core.contracts.yaml_lines import Place, load

ANCHORS = "definitions"  # where YAML's anchors are kept: Prefect itself has no use for it
STEPS = ("build", "push", "pull")


def refuse_ignored(file: Path) -> None:
    """Raise ContractError, a line `file:line: sentence` for each thing wrong."""
    document = load(file)
    problems = Problems(document, list(wrong(document.data)))
    if problems.found:
        raise problems.error()


def wrong(said: dict[str, Any]) -> Iterator[Problem]:
    """All that is wrong in a file."""
    kept = PrefectYamlModel.model_validate(said).model_dump(by_alias=True, exclude_unset=True)
    yield from ignored(said, kept | {ANCHORS: said.get(ANCHORS)})
    yield from wrong_steps(said)
    for number, deployment in enumerate(said.get("deployments") or []):
        place = ("deployments", number)
        yield from wrong_steps(deployment, place)
        yield from wrong_triggers(deployment, place)
        yield from wrong_parameters(deployment, place)
        yield from wrong_job_variables(deployment, place)


def ignored(said: Any, kept: Any, place: Place = ()) -> Iterator[Problem]:
    """The keys that a model of Prefect's has left out of what was said."""
    there = entries(kept)
    for key, value in entries(said).items():
        if key in there:
            yield from ignored(value, there[key], (*place, key))
        else:
            yield Problem((*place, key), f"Prefect has no key {key!r} here, and would ignore it.")


def entries(value: Any) -> dict[Any, Any]:
    """The entries of a mapping or of a list; of anything else none."""
    if isinstance(value, list):
        return dict(enumerate(value))
    return value if isinstance(value, dict) else {}


def wrong_steps(said: dict[str, Any], place: Place = ()) -> Iterator[Problem]:
    """Steps that there are not, and arguments that a step does not take."""
    for section in STEPS:
        for number, step in entries(said.get(section)).items():
            for name, given in entries(step).items():
                yield from wrong_step(name, entries(given), (*place, section, number, name))


def wrong_step(name: str, given: dict[str, Any], place: Place) -> Iterator[Problem]:
    """What is wrong with one step; nothing of one that `requires` a package which may be elsewhere."""
    if "requires" in given:
        return
    try:
        step = inspect.signature(import_object(name))
        step.bind(**{key: value for key, value in given.items() if key not in RESERVED_KEYWORDS})
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        yield Problem(place, f"the step {name} cannot be called so: {error}.")


def wrong_triggers(deployment: dict[str, Any], place: Place) -> Iterator[Problem]:
    """Keys of triggers that Prefect would ignore."""
    for number, trigger in entries(deployment.get("triggers")).items():
        kept = DeploymentTriggerAdapter.validate_python({"name": "unnamed"} | trigger)
        yield from ignored(trigger, kept.model_dump(exclude_unset=True), (*place, "triggers", number))


def wrong_parameters(deployment: dict[str, Any], place: Place) -> Iterator[Problem]:
    """Parameters, also those of schedules, that the flow does not take, at any depth."""
    if "entrypoint" not in deployment:
        return
    schema = schema_of(deployment["entrypoint"])
    schedules = entries(deployment.get("schedules"))
    places: dict[Place, Any] = {("schedules", one, "parameters"): schedules[one] for one in schedules}
    for where, holder in (places | {("parameters",): deployment}).items():
        for error in validate(holder.get("parameters") or {}, schema, ignore_required=True):
            yield Problem((*place, *where, *error.absolute_path), f"{error.message}.")


@cache
def schema_of(entrypoint: str) -> dict[str, Any]:
    """The schema of a flow's parameters, which takes no others."""
    return strict_schema(parameter_schema(load_flow_from_entrypoint(entrypoint))).model_dump()


def wrong_job_variables(deployment: dict[str, Any], place: Place) -> Iterator[Problem]:
    """Job variables that the work pool does not have; of a pool that is not there Prefect itself tells."""
    pool = entries(deployment.get("work_pool"))
    known = variables_of(pool.get("name", ""))
    for name in entries(pool.get("job_variables")) if known else ():
        if name not in known:
            where = (*place, "work_pool", "job_variables", name)
            yield Problem(where, unknown("job variable", name, known))


def variables_of(pool: str) -> list[str]:
    """The names of a pool's job variables."""
    with get_client(sync_client=True) as client:
        try:
            template = client.read_work_pool(pool).base_job_template
        except ObjectNotFound:
            return []
    return sorted(template.get("variables", {}).get("properties", {}))
