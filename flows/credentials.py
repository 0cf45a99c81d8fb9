"""Credentials of a source, from the Prefect block that its contract names. They are never written down."""

from typing import Any

from irm_core.contracts.contract import Source
from irm_core.errors import UsageError


def credentials(source: Source) -> dict[str, str]:
    """What the block says, a JSON object of options such as user and password; nothing if none is named.

    Raises UsageError where there is no such block, or it is none of the type Secret with an object in it.
    """
    if source.block is None:
        return {}
    from prefect.blocks.system import Secret  # `irmflow check` needs no Prefect but for this

    try:
        block: Any = Secret.load(source.block)  # a coroutine only where a loop runs
    except ValueError as error:
        raise UsageError(
            f"Prefect has no block secret/{source.block}, which the contract names for credentials. Make it: "
            f"prefect block create secret, or Secret(value={{...}}).save({source.block!r})."
        ) from error
    value = block.get()
    if not isinstance(value, dict):
        raise UsageError(
            f"The Prefect block secret/{source.block} must hold a JSON object of options, such as user and "
            f"password."
        )
    return {str(name): str(one) for name, one in value.items()}
