"""Land raw data: what is elsewhere becomes local files, and the contract one about those."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from irm_core.contracts.contract import Contract
from irm_core.contracts.object_storage import protocol
from irm_core.data.landing import delta, postgres
from irm_core.data.landing.objects import Bucket
from irm_core.data.listed_images import listed_images
from irm_core.data.raw_files import LOCAL, Origin, RawFile
from irm_core.data.sources import find

Landed = tuple[Contract, Sequence[Path], Origin]


def land(contract: Contract, folder: Path, credentials: Mapping[str, str]) -> Landed:
    """The contract as one about local files, these files, and where they come from.

    folder: where what is elsewhere is put. credentials: what a Prefect block says, if the contract names one.
    Raises DataError where there is nothing, or it cannot be read; UsageError where a package is missing.
    """
    source = contract.source
    if source.database:
        files, ignored = postgres.land(contract, source.database, folder, credentials)
        return _of_table(contract, files, Origin(files, ignored))
    if source.format == "delta":
        files, version = delta.land(source, folder, credentials)
        return _of_table(contract, files, Origin(files, delta_version=version))
    if protocol(source.path):
        return _of_objects(contract, Bucket(source, folder, credentials))
    return contract, find(source), LOCAL


def _of_table(contract: Contract, files: Mapping[Path, RawFile], origin: Origin) -> Landed:
    path = next(iter(files)).as_posix()
    return replace(contract, source=replace(contract.source, path=path, format="parquet")), [*files], origin


def _of_objects(contract: Contract, bucket: Bucket) -> Landed:
    """Objects, and the images that they list."""
    files = bucket.land()
    path = (bucket.home / bucket.pattern).as_posix()
    here = replace(contract, source=replace(contract.source, path=path))
    return here, [*files], Origin(files | bucket.land_these(listed_images(here, [*files])))
