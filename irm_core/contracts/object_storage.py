"""Where objects of s3, gs and az are, and the options that a contract may give: none of them a secret."""

import re
from dataclasses import dataclass
from typing import Any

from irm_core.contracts.problems import Problem, Problems, unknown
from irm_core.contracts.yaml_lines import Place

_QUERY = re.compile(r"\?[^/?=]*=|[?&]sig\b", re.IGNORECASE)
"""A query, as signed URLs have; a `?` for any letter of a name has no `=` behind it."""
CLIENT = ("allow_http", "connect_timeout", "timeout")
"""Options of the connection, which are the same for all."""


@dataclass(frozen=True)
class Protocol:
    """variables: the environment variables with the credentials. prefixes: which option names may have.

    options: beside those of CLIENT.
    """

    variables: str
    prefixes: tuple[str, ...]
    options: tuple[str, ...]


S3 = Protocol(
    "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN",
    ("aws_",),
    (
        "region", "endpoint", "endpoint_url", "virtual_hosted_style_request", "skip_signature",
        "unsigned_payload", "request_payer",
    ),
)  # fmt: skip
GS = Protocol(
    "GOOGLE_SERVICE_ACCOUNT or GOOGLE_APPLICATION_CREDENTIALS (paths of a key file)",
    ("google_",),
    ("skip_signature", "base_url"),
)
AZURE = Protocol(
    "AZURE_STORAGE_ACCOUNT_NAME with AZURE_STORAGE_ACCOUNT_KEY or AZURE_STORAGE_SAS_TOKEN",
    ("azure_storage_", "azure_"),
    ("account_name", "endpoint", "skip_signature", "use_azure_cli", "use_fabric_endpoint"),
)
PROTOCOLS = {"s3": S3, "gs": GS, "az": AZURE, "abfs": AZURE, "abfss": AZURE}
SECRETS = ("key", "secret", "token", "password", "credential", "sas", "service_account")


def protocol(location: str) -> Protocol | None:
    """The protocol of a URL; None where it is none of object storage, as of a path."""
    scheme, separator, _ = location.partition("://")
    return PROTOCOLS.get(scheme) if separator else None


def refuse_secret(location: str, place: Place) -> None:
    """Raise a Problem, which does not repeat it, where a URL has a user and a password, or a signature."""
    scheme, _, rest = location.partition("://")
    user, at, _ = rest.partition("/")[0].rpartition("@")
    if at and (":" in user or not scheme.startswith("abfs")):
        raise Problem(place, "a contract holds no credentials: delete what stands before the `@`.")
    if _QUERY.search(rest):
        told = "a contract holds no credentials: delete the query, which stands behind the `?`."
        raise Problem(place, f"{told} (A pattern can have `*` there.)")


def storage_options(
    given: dict[str, tuple[Any, Place]], location: str, endpoint: str | None, problems: Problems
) -> tuple[tuple[str, str], ...]:
    """The storage options of a server: what its `storageOptions` say, and its `endpointUrl`."""
    value, place = given.get("storageOptions", ({}, ()))
    if not isinstance(value, dict):
        raise Problem(place, "`storageOptions` is a mapping, such as {region: eu-central-1}.")
    if not (spoken := protocol(location)):
        raise Problem(place, "only objects of s3, gs and az have storage options.")
    found = {"endpoint": endpoint} if endpoint else {}
    for name, one in value.items():
        with problems.gathered():
            found[_known(str(name), spoken, (*place, name))] = _plain(one, (*place, name))
    return tuple(sorted(found.items()))


def _known(name: str, spoken: Protocol, place: Place) -> str:
    """The option without its prefix."""
    short = name.lower()
    for prefix in spoken.prefixes:
        short = short.removeprefix(prefix)
    if short in (*spoken.options, *CLIENT):
        return "endpoint" if short == "endpoint_url" else short
    if any(word in short for word in SECRETS):
        raise Problem(
            place,
            f"{name!r} is a credential, and a contract holds none. Delete it: credentials come from the "
            f"environment variables {spoken.variables}, or from a Prefect block (`credentialsBlock`).",
        )
    raise Problem(place, unknown("storage option", name, (*spoken.options, *CLIENT)))


def _plain(value: object, place: Place) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str | int):
        raise Problem(place, "a storage option is text, a number, true or false.")
    refuse_secret(str(value), place)
    return str(value)
