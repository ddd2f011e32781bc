import pytest

from tests.payments import arranged


@pytest.fixture
def milestones(act):
    """The cast's contract of 100,000.00 with 70 % at signing and 30 % after acceptance."""
    return arranged.seventy_thirty(act.contract, act.contract_manager)


@pytest.fixture
def first(milestones):
    return milestones[0]


@pytest.fixture
def last(milestones):
    return milestones[1]
