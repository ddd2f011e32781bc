"""A bureau into which the Mentougou contract file can be loaded."""

from pathlib import Path

import pytest

from tests.cast import at

MTG04 = Path(__file__).resolve().parents[2] / "contracts" / "library" / "mtg04.yaml"


@pytest.fixture(scope="session")
def mtg04():
    """The library file's text."""
    return MTG04.read_text(encoding="utf-8")


@pytest.fixture
def mentougou(act, mtg04):
    """The cast's bureau, which also knows the file's areas and parties."""
    from contracts import contract_file
    from tenancy import actions
    from tenancy.models import Organisation

    actions.add_areas(areas=contract_file.area_tree(mtg04), by=None, at=at())
    parties = contract_file.read(mtg04).data["parties"]
    Organisation.objects.filter(kind="purchaser").update(name=parties["purchaser"]["name"])
    Organisation.objects.filter(pk=act.provider.pk).update(name=parties["provider"]["name"])
    return act


@pytest.fixture
def loaded(mentougou, mtg04):
    """The Mentougou contract, loaded."""
    from config.contract_file import load

    return load(mtg04, by=mentougou.contract_manager, at=at("2024-04-18 16:00")).contract
