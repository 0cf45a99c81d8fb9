"""The sensor: a light flow that looks whether a source has changed, and tells Prefect, which retrains.

It lists, and reads no data. A change is told once it is complete: when two listings, some seconds apart, are
the same. A file that is still being written waits for a later look.
"""

import hashlib
import json
import time
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from prefect import flow
from prefect.logging import get_run_logger
from pydantic import NonNegativeFloat

from flows import workspace
from flows.credentials import credentials
from flows.new_data import already_told, tell
from irm_core.contracts.contract import Contract
from irm_core.contracts.read import read
from irm_core.data.changes import counted, difference
from irm_core.data.landing.listing import Listing, listing
from irm_core.data.slugs import slug
from irm_core.data.writing import whole

LOOKS = workspace.HOME / "looks"
SETTLED = 10.0  # seconds


@flow(name="look")
def look(contract: Path, settled: NonNegativeFloat = SETTLED, server: str | None = None) -> str:
    """Look whether the source of a contract has new, changed or gone files; if so, tell Prefect, once.

    Args:
        contract: The data contract, an ODCS YAML file.
        settled: For how many seconds a change must have stood still before it is told.
        server: At which of the contract's servers the data are; needless where it has only one.

    Returns:
        What was found, in words.
    """
    workspace.refuse_passwords()
    said = look_at(read(contract, server), settled)
    get_run_logger().info(said)
    return said


def look_at(contract: Contract, settled: float) -> str:
    """The same, without a flow."""
    before, now = last_told(contract), found(contract)
    if now == before:
        return f"{contract.name}: unchanged, {len(now):,} file(s)."
    time.sleep(settled)
    if found(contract) != now:
        return f"{contract.name}: still being written; a later look tells."
    change, counts = identity(contract, before, now), difference(before, now)
    if not already_told(change):
        tell(contract.name, change, counts)
    keep(contract, now)
    return f"{contract.name}: {counted(counts)}. Prefect is told."


def found(contract: Contract) -> Listing:
    """What there is now."""
    return listing(contract, credentials(contract.source))


def identity(contract: Contract, before: Listing, now: Listing) -> UUID:
    """The id of a change, by its content: a look that is killed and made again tells of it under the same."""
    content = json.dumps([contract.name, before, now], sort_keys=True)
    return uuid5(NAMESPACE_URL, hashlib.sha256(content.encode()).hexdigest())


def last_told(contract: Contract) -> Listing:
    """The listing of which Prefect knows; empty before the first look."""
    file = _file(contract)
    return dict(json.loads(file.read_text())) if file.is_file() else {}


def keep(contract: Contract, now: Listing) -> None:
    """Remember what Prefect knows, whole or not at all."""
    LOOKS.mkdir(parents=True, exist_ok=True)
    with whole(_file(contract), "What was looked at") as file:
        file.write_text(json.dumps(now))


def _file(contract: Contract) -> Path:
    return LOOKS / f"{slug(contract.name)}.json"
