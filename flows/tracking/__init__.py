"""The one home of MLflow."""
