"""The June of a contract, its report drafted, or handed in."""

import pytest

from services.actions import reports as actions
from tenancy import clock, scope
from tests.services.reports.arranged import JUNE, TOLD_AT, define, handed_in, inside, with_consent
from tests.services.scene import make_scene


@pytest.fixture(autouse=True)
def moment(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: TOLD_AT)


@pytest.fixture
def scene(cast):
    """May: one event. June: two events that count, one with too few people, a revisit, one that waits. All in the open bureau."""
    with scope.tenant(cast.tenant.pk):
        made = make_scene(cast)
        define(cast)
        made.verified("event", moment="2024-05-20 09:00", title="五月市集")
        made.event = with_consent(made.verified("event", moment="2024-06-10 09:00"))
        made.other = made.verified(
            "event", moment="2024-06-20 09:00", title="邻里节", area=cast.communities["石桥社区"], participants=40
        )
        made.small = made.verified("event", moment="2024-06-25 09:00", title="读书会", participants=12)
        made.verified("revisit", moment="2024-06-11 09:00")
        made.submitted("revisit", moment="2024-06-28 09:00")
    return made


@pytest.fixture
def report(cast, scene):
    with scope.tenant(cast.tenant.pk):
        return actions.draft_report(cast.contract, JUNE, by=None, at=TOLD_AT)


@pytest.fixture
def handed(cast, report):
    """The report of June, handed in for the first time."""
    with inside(cast):
        return handed_in(cast, report)
