"""Invariant learning across environments: contracts, data, objectives, training, selection.

Knows no Prefect and no MLflow; `flows` is built on it.
"""
