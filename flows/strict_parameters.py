"""Parameters of a deployment: an unknown one is refused by the server, before there is a run."""

from typing import Literal

from prefect.deployments.runner import RunnerDeployment
from prefect.utilities.callables import ParameterSchema


class StrictSchema(ParameterSchema):
    """Prefect's schema of a flow's parameters, which by itself lets others through."""

    additionalProperties: Literal[False]  # noqa: N815 - JSON schema's name


def strict_schema(known: ParameterSchema) -> StrictSchema:
    """The same schema, which takes no parameter that the flow has not."""
    return StrictSchema(**known.model_dump(), additionalProperties=False)


def strict(deployment: RunnerDeployment) -> RunnerDeployment:
    """The same deployment, which takes no parameter that its flow has not."""
    deployment._parameter_openapi_schema = strict_schema(deployment._parameter_openapi_schema)
    return deployment
