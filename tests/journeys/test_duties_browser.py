"""The calendar of what is due and the team's load, at the desk and in the hand."""

from datetime import date

import pytest

from contracts.models import Deadline, Label
from services.models import Indicator, MonthlyReport
from tenancy import clock, scope
from tenancy.models import CalendarDay
from tests.cast import at
from tests.services.scene import make_case, make_household, make_scene

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def busy(cast, monkeypatch):
    """Three families with cases whose assessment is late, a returned record, a report and papers that are owed."""
    monkeypatch.setattr(clock, "now", lambda: at("2024-06-05 09:58"))
    with scope.tenant(cast.tenant.pk):
        scene = make_scene(cast)
        limits = [("case.assessment", 18), ("case.supervisor_review", 6)]
        Deadline.objects.bulk_create(
            Deadline(contract=cast.contract, code=step, step=step, title=step, start="起算", within=within)
            for step, within in limits
        )
        for number in (2, 3):
            household = make_household(cast, number=f"QH01-H-000{number}", name=f"谷雨{number}")
            make_case(cast, household, number=f"QH01-GA-000{number}")
        scene.returned()
        MonthlyReport.objects.create(
            contract=cast.contract, month=date(2024, 5, 1), due_on=date(2024, 6, 5), created_at=at()
        )
        Label.objects.create(family="document", code="monthly_pack", label="月报五件")
        definition = {"of": "document.monthly_pack", "every": "month", "due": {"months": 1, "day": 5}}
        Indicator.objects.create(
            contract=cast.contract, code="P1", title="P1", definition=definition | {"reach": {"ge": 1}}, sentence="P1"
        )
        CalendarDay.objects.update_or_create(day=date(2024, 6, 10), defaults={"is_workday": False, "name": "端午节"})
    return cast


@pytest.mark.parametrize(
    ("path", "role", "width"),
    [
        ("today/", "social_worker", 390),
        ("calendar/", "social_worker", 390),
        ("calendar/", "agency_manager", 1440),
        ("load/", "social_worker", 390),
        ("load/", "contract_manager", 1440),
        ("load/", "supervisor", 390),
    ],
)
def test_axe_finds_nothing_and_nothing_sticks_out(busy, hand, live_server, path, role, width):
    from axe_playwright_python.sync_playwright import Axe

    page = hand(busy.members[role], width, 844 if width == 390 else 900)
    page.goto(f"{live_server.url}/{busy.tenant.slug}/services/{path}")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]}).response["violations"]
    assert [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.complaints == []
