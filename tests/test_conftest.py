"""The PostgreSQL that tests share is a real one, and closed."""

import pytest


def test_postgres_asks_for_the_password(postgres):
    import psycopg

    postgres.create("closed")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.url("closed").replace(postgres.password, "another"))


def test_databases_are_apart(postgres):
    postgres.create("one")
    postgres.create("two")
    postgres.execute("one", "CREATE TABLE a (b int)")
    postgres.execute("two", "CREATE TABLE a (b int)")
