"""What the terminal says of an error that ends the command."""

from irm_core.errors import IrmflowError


def told(error: Exception) -> str:
    """A sentence: the error's own where it is ours, else its kind and how to see more."""
    from irm_core.data.writing import want_of_room  # Polars takes a moment

    if isinstance(error, IrmflowError):
        return str(error)
    if why := want_of_room(error):
        return f"Something cannot be written: {why}. Make room, then run again. ({error})"
    return f"{type(error).__name__}: {error} (--debug shows where)"
