"""What the terminal says of an error that ends the command."""

import json
import os
import sys

from flows import console
from flows.log_fields import JSON
from irm_core.errors import IrmflowError


def tell(error: Exception) -> None:
    """Write it to stderr: a sentence, or a line of JSON where logs are."""
    if JSON in os.environ:
        sys.stderr.write(json.dumps({"levelname": "ERROR", "message": told(error)}) + "\n")
        return
    console.err.print("[bold red]Error[/]", end=" ")
    console.err.print(told(error), highlight=False, markup=False, soft_wrap=True)


def told(error: Exception) -> str:
    """A sentence: the error's own where it is ours, else its kind and how to see more."""
    from irm_core.data.writing import want_of_room  # Polars takes a moment

    if isinstance(error, IrmflowError):
        return str(error)
    if why := want_of_room(error):
        return f"Something cannot be written: {why}. Make room, then run again. ({error})"
    return f"{type(error).__name__}: {error} (--debug shows where)"
