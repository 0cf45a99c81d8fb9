"""The chart view of a retraining: its candidates, with the mean curve and the range of every configuration.

Without it MLflow's page opens on the ten newest runs, all of one objective.
"""

import json

from mlflow import MlflowClient

from flows.workspace import tracking_address

SHARED = "mlflow.sharedViewState."


def share_view(experiment: str, retraining: str) -> None:
    """Keep the view with the experiment, as the page's own "share" button does."""
    state = {
        "searchFilter": f'tags.retraining = "{retraining}" AND tags.kind = "candidate"',
        "groupBy": {
            "aggregateFunction": "average",
            "groupByKeys": [{"mode": "param", "groupByData": "configuration"}],
        },
        "useGroupedValuesInCharts": True,
        "runsHiddenMode": "SHOWALL",
    }
    MlflowClient().set_experiment_tag(experiment, f"{SHARED}{retraining}", json.dumps(state))


def address(experiment: str, retraining: str) -> str:
    """Where the view is: on the tracking server, or where `irmflow ui` will put it."""
    uri = tracking_address()
    server = uri.rstrip("/") if uri.startswith("http") else "http://127.0.0.1:5000"
    page = f"{server}/#/experiments/{experiment}/runs"
    return f"{page}?viewStateShareKey={retraining}&compareRunsMode=CHART&workflowType=machine_learning"
