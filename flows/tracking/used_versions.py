"""The data versions that registered models were trained on."""

from mlflow import MlflowClient


def used_versions() -> set[str]:
    """The ids in the tag `data_version` of all versions of all registered models."""
    client, found = MlflowClient(), set()
    page = client.search_model_versions()
    while True:
        found |= {one.tags["data_version"] for one in page if "data_version" in one.tags}
        if not page.token:
            return found
        page = client.search_model_versions(page_token=page.token)
