"""Where the optional store is: `delta:FOLDER` or `delta:s3://bucket/folder`, with a table for each split."""

from pathlib import Path

from irm_core.contracts.object_storage import PROTOCOLS, protocol
from irm_core.data.slugs import slug
from irm_core.errors import UsageError

KIND = "delta:"
EXAMPLES = "Write delta:FOLDER, or delta:s3://bucket/folder"


def location_of(store: str) -> str:
    """The folder, absolute, or the URL that a store names.

    Raises UsageError, which repeats no password, where it is none.

    >>> location_of("delta:s3://lake/training/")
    's3://lake/training'
    """
    location = store.removeprefix(KIND).rstrip("/")
    scheme, separator, rest = store.removeprefix(KIND).partition("://")
    if separator and "@" in rest.partition("/")[0] and not scheme.startswith("abfs"):
        raise UsageError("A store holds no credentials: delete what stands before the `@`.")
    if not store.startswith(KIND) or not location:
        raise UsageError(f"The store {store!r} is none that irmflow knows. {EXAMPLES}.")
    if not separator:
        return Path(location).expanduser().absolute().as_posix()
    if not protocol(location) or not rest:
        raise UsageError(f"The store {store!r} is nowhere: a URL has one of {', '.join(PROTOCOLS)}.")
    return location


def table_of(store: str, dataset: str, split: str) -> str:
    """The folder or URL of the table of a data set under a split, as `place` has it in the workspace."""
    return f"{location_of(store)}/{slug(dataset)}/{slug(split)}"
