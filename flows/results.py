"""Where tasks keep their results: in the working folder, so that whoever retrains in it finds them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prefect.context import FlowRunContext
from prefect.filesystems import LocalFileSystem
from prefect.results import ResultStore
from prefect.settings import PREFECT_HOME

from flows.workspace import RESULTS


@contextmanager
def kept_here() -> Iterator[None]:
    """In the block, tasks of this flow keep their results in `.irmflow`, unless Prefect was told where.

    Set in the environment now, it would come too late: Prefect reads where as the flow begins.
    """
    run = FlowRunContext.get()
    if run is None or not is_untold(run.result_store):
        yield
        return
    here = LocalFileSystem(basepath=str(RESULTS.absolute()))
    store = run.result_store.model_copy(update={"result_storage": here})
    with run.model_copy(update={"result_store": store}):
        yield


def is_untold(store: ResultStore) -> bool:
    """Whether results would lie in Prefect's own folder, the default of its settings."""
    storage = store.result_storage
    if not isinstance(storage, LocalFileSystem) or storage.basepath is None:
        return False
    return Path(storage.basepath) == PREFECT_HOME.value() / "storage"
