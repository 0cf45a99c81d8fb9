"""Connections to s3, gs and az, and their failures in sentences that name no secret."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from irm_core.contracts.object_storage import CLIENT, protocol
from irm_core.data.writing import room_wanted, writing
from irm_core.errors import DataError, UsageError

if TYPE_CHECKING:
    from obstore.store import ObjectStore

RETRIES: Any = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}
REFUSED = ("403", "401", "Unauthenticated", "PermissionDenied", "NoCredentials", "InvalidToken", "credential")
HTTP = ("AWS_ALLOW_HTTP", "AZURE_ALLOW_HTTP", "GOOGLE_ALLOW_HTTP")
UNREACHED = ("error sending request", "timed out", "connection closed", "Connect")


def split(location: str) -> tuple[str, str, dict[str, str]]:
    """A URL as bucket (or container), key, and what of the configuration it says.

    >>> split("az://account.blob.core.windows.net/photos/a.png")
    ('az://photos', 'a.png', {'account_name': 'account'})
    """
    scheme, _, rest = location.partition("://")
    bucket, _, key = rest.partition("/")
    account, blob, _ = bucket.partition(".blob.core.windows.net")
    if blob:
        container, _, key = key.partition("/")
        return f"az://{container}", key, {"account_name": account}
    return f"{scheme}://{bucket}", key, {}


def connect(location: str, options: Mapping[str, str]) -> "ObjectStore":
    """The bucket of a location. What the options do not say, environment variables do."""
    needed(location)
    from obstore.store import from_url

    bucket, _, configuration = split(location)
    chosen: Any = configuration | {name: options[name] for name in options if name not in CLIENT}
    client: Any = _http_allowed() | {name: options[name] for name in options if name in CLIENT}
    with explained(location):
        return from_url(
            bucket,
            config=chosen,
            client_options={"connect_timeout": "5s"} | client,
            retry_config=RETRIES,
        )


def _http_allowed() -> dict[str, str]:
    """What the environment says of it. obstore looks there only where it is given no option of the client."""
    said = [os.environ[name] for name in HTTP if name in os.environ]
    return {"allow_http": said[0]} if said else {}


def in_folder(folder: Path) -> "ObjectStore":
    """A folder of this machine as a bucket; it is made where there is none."""
    needed(folder.as_posix())
    from obstore.store import LocalStore

    with writing("Files", folder):
        return LocalStore(folder, mkdir=True)


def needed(location: str) -> None:
    """Raise UsageError where the package is missing."""
    try:
        import obstore  # noqa: F401
    except ImportError as error:
        raise UsageError(f"{location} needs object storage: pip install 'irmflow[cloud]'.") from error


@contextmanager
def explained(location: str, act: str = "read") -> Iterator[None]:
    """Turn what obstore says into a DataError. Its own words may have keys and signatures in them."""
    from obstore.exceptions import BaseError

    try:
        yield
    except (BaseError, FileNotFoundError, PermissionError) as error:
        said = f"{type(error).__name__} {error}"
        why = failure(location, said) or f"{type(error).__name__}. Are location and storage options right?"
        raise DataError(f"{location} cannot be {act}: {why}") from cause(said)


def failure(location: str, said: str) -> str | None:
    """What keeps us from object storage, in a sentence; None where it is something else."""
    spoken = protocol(location)
    if room := room_wanted(said):
        return f"{room}."
    if "NoSuchBucket" in said or "ContainerNotFound" in said:
        return "there is no such bucket, or not in this region. Is the location right?"
    if spoken and any(word in said for word in REFUSED):
        code = re.search(
            r"<Code>(\w+)</Code>", said
        )  # of the protocol: what else the server says may hold keys
        why = f" ({code[1]})" if code else ""
        return f"access is refused{why}. Credentials come from {spoken.variables}, or from a Prefect block."
    if "Account must be specified" in said:
        return "no account is given: set AZURE_STORAGE_ACCOUNT_NAME, or the storage option account_name."
    if any(word in said for word in UNREACHED):
        return "the server cannot be reached. Is its `endpoint` right, and does the network let you through?"
    gone = "an object has gone since the bucket was listed. Run again."
    return gone if "FileNotFoundError" in said else None


def cause(said: str) -> Exception | None:
    """What makes a failure worth another try, without what the original says."""
    return ConnectionError("object storage") if any(word in said for word in UNREACHED) else None
