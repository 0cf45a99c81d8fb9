"""`irmflow predict`, where MLflow is away."""

import pytest

pytestmark = pytest.mark.slow


def test_with_mlflow_away_nothing_is_predicted_and_it_is_said_why(
    folder, light, free_port, monkeypatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    said = light("predict", "models:/clinics-by_site@champion", folder.raw.name, "-o", "predicted.csv")
    assert said.status == 1
    assert "MLflow is away" in said.err and "Nothing is predicted" in said.err
    assert not (folder.path / "predicted.csv").exists()
