"""Registrations that are cut short: in the end there is one version, and the right champion."""

import pytest
from mlflow import MlflowClient

from flows.tracking.unfinished import begun, take_back

NAME = "clinics-by_site"


@pytest.fixture
def version(folder):
    """Registers a version with these tags; its number."""
    client = MlflowClient()
    client.create_registered_model(NAME)
    return lambda **tags: client.create_model_version(NAME, source="runs:/0/model", tags=tags).version


def champion() -> str | None:
    return MlflowClient().get_registered_model(NAME).aliases.get("champion")


def crowned(number: str) -> None:
    MlflowClient().set_registered_model_alias(NAME, "champion", number)


def numbers() -> list[int]:
    return sorted(int(one.version) for one in MlflowClient().search_model_versions(f"name = '{NAME}'"))


def test_only_what_this_folder_has_begun_and_not_ended_goes(version) -> None:
    ended, others = version(**begun(), content="all"), version(begun="another folder")
    cut_short = version(**begun())
    assert [one.version for one in take_back(NAME)] == [cut_short]
    assert numbers() == [int(ended), int(others)]


def test_a_champion_among_them_gives_way_to_the_one_before(version) -> None:
    before = version(content="all")
    crowned(version(**begun(), over=before))
    list(take_back(NAME))
    assert champion() == before


@pytest.mark.parametrize("over", [{}, {"over": "17"}])
def test_where_there_was_none_before_there_is_none(version, over) -> None:
    crowned(version(**begun(), **over))
    list(take_back(NAME))
    assert champion() is None and not numbers()
