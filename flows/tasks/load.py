"""Load: the published rows, once they are seen to be those that were published."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from irm_core.data import rows
from irm_core.data.rows import Rows
from irm_core.data.schema import ModelSchema
from irm_core.data.version import Published


@task(name="Load", cache_policy=NO_CACHE)
def load(published: Published, schema: ModelSchema) -> Rows:
    """The rows of all environments, and their pixels where they are images."""
    return rows.load(published, schema)
