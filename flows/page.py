"""A retraining's page in Prefect."""

from prefect.settings import PREFECT_API_URL
from prefect.utilities.urls import url_for

LOCAL = "http://127.0.0.1:4200"


def page(retraining: str) -> str:
    """Its address: on the server in use or, where there is none, where `irmflow ui` will put it."""
    if PREFECT_API_URL.value() is not None and (known := url_for("flow-run", retraining)) is not None:
        return known
    return f"{LOCAL}/runs/flow-run/{retraining}"
