"""A step of `prefect.yaml`, by which `prefect deploy` does what `irmflow deploy` does besides."""

import sys
from pathlib import Path

from flows.failure import tell
from flows.ignored_keys import refuse_ignored
from flows.safeguards import ensure_safeguards
from irm_core.errors import IrmflowError


def prepare(file: str = "prefect.yaml") -> None:
    """Refuse what Prefect would ignore in the file, then make what its server needs for runs nobody watches.

    What is wrong ends the command with a sentence: Prefect would write a traceback.
    """
    try:
        refuse_ignored(Path(file))
        ensure_safeguards()
    except IrmflowError as error:
        tell(error)
        sys.exit(error.exit_code)
