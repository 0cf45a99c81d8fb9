"""Write a first contract, once it has proved to be one."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.init.proposal import Proposal
from flows.init.text import text
from irm_core.contracts.read import read
from irm_core.errors import ContractError, IrmflowError, UsageError


def write(made: Proposal, path: Path) -> None:
    """Write the contract to `path`, whole or not at all."""
    if not path.parent.is_dir():
        raise UsageError(f"There is no folder {path.parent} to write {path.name} to.")
    with TemporaryDirectory(dir=path.parent, prefix=".init-") as folder:
        draft = Path(folder) / path.name
        draft.write_text(text(made), encoding="utf-8")
        _check(draft)
        os.replace(draft, path)  # noqa: PTH105 (replaces in one step)


def refuse_existing(path: Path, force: bool) -> None:
    """Raise UsageError where there is a file already, unless it may be replaced."""
    if path.exists() and not force:
        raise UsageError(
            f"{path} is there already. Write elsewhere with -o FILE, or replace it with --force."
        )


def _check(draft: Path) -> None:
    try:
        read(draft)
    except ContractError as error:
        raise IrmflowError(
            f"The contract that init made is no valid one. Please report this:\n{error}"
        ) from error
