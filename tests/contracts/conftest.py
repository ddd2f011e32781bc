"""A bureau into which the Mentougou contract file can be loaded."""

from pathlib import Path

import pytest

from tests.cast import at

MTG04 = Path(__file__).resolve().parents[2] / "contracts" / "library" / "mtg04.yaml"


@pytest.fixture(scope="session")
def mtg04():
    """The library file's text."""
    return MTG04.read_text(encoding="utf-8")


def arrange(cast, text):
    """Inside the bureau's scope: let it know the file's areas and parties."""
    from contracts import contract_file
    from tenancy import actions
    from tenancy.models import Organisation

    actions.add_areas(areas=contract_file.area_tree(text), by=None, at=at())
    parties = contract_file.read(text).data["parties"]
    Organisation.objects.filter(kind="purchaser").update(name=parties["purchaser"]["name"])
    Organisation.objects.filter(pk=cast.provider.pk).update(name=parties["provider"]["name"])


@pytest.fixture
def mentougou(act, mtg04):
    """The cast's bureau, which also knows the file's areas and parties."""
    arrange(act, mtg04)
    return act


@pytest.fixture
def loaded(mentougou, mtg04):
    """The Mentougou contract, loaded."""
    from config.contract_file import load

    return load(mtg04, by=mentougou.contract_manager, at=at("2024-04-18 16:00")).contract
