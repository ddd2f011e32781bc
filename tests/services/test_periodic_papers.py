"""Papers that are owed period after period: the grid of the page, and a form that asks for period, area and enclosures."""

from datetime import date

import pytest

from contracts.models import Label
from services.actions import deliverables as actions
from services.models import Deliverable, Indicator
from services.queries.asked import Questions
from services.queries.periodic import lines
from tenancy import scope
from tests.services.pages import NOW, inside, moment, scene, text, url
from tests.services.test_rooms import of_contract

__all__ = ["inside", "moment", "scene"]
PACK = {
    "of": "document.monthly_pack",
    "gate": {"papers": ["brief", "case_ledger"], "complete": True},
    "every": "month",
    "due": {"months": 1, "day": 5},
    "reach": {"ge": 1},
}
ROUND = {"of": "document.work_report", "every": ["quarter", "half"], "reach": {"ge": 1}}


@pytest.fixture
def owed(scene, inside):
    """A contract whose subdistricts owe a monthly pack each, and which owes a report every quarter and half-year."""

    def make():
        words = [
            ("document", "monthly_pack", "月报五件"),
            ("document", "work_report", "工作汇报"),
            ("paper", "brief", "简报"),
            ("paper", "case_ledger", "个案台账"),
            ("fact", "complete", "齐全"),
        ]
        for family, code, label in words:
            Label.objects.create(family=family, code=code, label=label)
        for sort, (code, definition) in enumerate([("P1", {**PACK, "areas": {"eq": 100}}), ("P2", ROUND)]):
            Indicator.objects.create(
                contract=scene.cast.contract, code=code, title=code, definition=definition, sentence=code, sort=sort
            )

    inside(make)
    return scene


def deliver(owed, **more):
    return actions.deliver(owed.cast.contract, title="x", by=owed.cast.agency_manager, at=NOW, **more)


def states(inside, owed, on=date(2024, 6, 5)):
    found = inside(lambda: lines(owed.cast.contract, Questions(owed.cast.contract), on=on))
    return {
        (line.label, line.every, line.area and line.area.name): [cell.state for cell in line.cells] for line in found
    }


def test_each_area_owes_its_own_and_the_whole_its_quarters_and_halves(owed, inside):
    street = owed.cast.streets["石桥街道"]
    inside(deliver, owed, kind="monthly_pack", covers="month", covers_from=date(2024, 4, 1), area=street)
    inside(deliver, owed, kind="work_report", covers="quarter", covers_from=date(2024, 1, 1))
    found = states(inside, owed)
    assert found["月报五件", "每月", "石桥街道"] == ["missing", "missing", "missing", "delivered", "open", "open"]
    assert found["月报五件", "每月", "柳林街道"] == ["missing", "missing", "missing", "missing", "open", "open"]
    assert (found["工作汇报", "每季", None], found["工作汇报", "每半年", None]) == (["delivered", "open"], ["open"])


def test_a_paper_may_still_come_until_the_fifth_of_the_next_month(owed, inside):
    assert states(inside, owed, on=date(2024, 6, 6))["月报五件", "每月", "石桥街道"][4] == "missing"


def test_a_late_paper_says_so(owed, inside):
    inside(
        deliver,
        owed,
        kind="monthly_pack",
        covers="month",
        covers_from=date(2024, 1, 1),
        area=owed.cast.streets["石桥街道"],
    )
    found = inside(lambda: lines(owed.cast.contract, Questions(owed.cast.contract), on=date(2024, 6, 5)))
    [cell] = [line.cells[0] for line in found if line.area and line.area.name == "石桥街道"]
    assert (cell.state, cell.is_late) == ("delivered", True)


def form_page(owed, kind="monthly_pack", **more):
    asked = "".join(f"&{name}={value}" for name, value in more.items())
    return f"{of_contract(owed, 'deliver')}?kind={kind}{asked}"


def test_the_form_asks_for_what_the_contract_wants_of_this_kind(owed, sign_in):
    client, street = sign_in(owed.cast.agency_manager), owed.cast.streets["石桥街道"]
    page = text(client.get(form_page(owed, period="month:2024-05-01", area=street.pk)))
    assert [word in page for word in ("所属周期", "社区（村）", "简报", "个案台账", "齐全", "2024年5月")] == [True] * 6
    assert ('value="month:2024-05-01" selected' in page, f'value="{street.pk}" selected' in page) == (True, True)
    plain = text(client.get(form_page(owed, kind="work_report")))
    assert [word in plain for word in ("2024年第一季度", "2024年上半年", "简报")] == [True, True, False]


def test_a_pack_is_handed_in_with_period_area_enclosures_and_facts(owed, sign_in):
    street = owed.cast.streets["石桥街道"]
    values = {
        "title": "五月五件",
        "on": "2024-06-05",
        "period": "month:2024-05-01",
        "area": str(street.pk),
        "papers": ["brief", "case_ledger"],
        "fact_complete": "true",
    }
    assert sign_in(owed.cast.agency_manager).post(form_page(owed), values).status_code == 302
    with scope.tenant(owed.cast.tenant.pk):
        paper = Deliverable.objects.select_related("street").get()
        assert (paper.covers, paper.covers_from, paper.street, paper.papers, paper.facts) == (
            "month",
            date(2024, 5, 1),
            street,
            ["brief", "case_ledger"],
            {"complete": True},
        )


@pytest.mark.parametrize("lacks", ["period", "area", "title"])
def test_period_and_area_are_required_where_they_are_counted(owed, sign_in, lacks):
    values = {
        "title": "五月五件",
        "on": "2024-06-05",
        "period": "month:2024-05-01",
        "area": str(owed.cast.streets["石桥街道"].pk),
    }
    answer = sign_in(owed.cast.agency_manager).post(form_page(owed), values | {lacks: ""})
    assert answer.status_code == 422


def test_a_period_that_has_not_begun_is_no_choice(owed, sign_in):
    values = {
        "title": "七月",
        "on": "2024-06-05",
        "period": "month:2024-07-01",
        "area": str(owed.cast.streets["石桥街道"].pk),
    }
    assert sign_in(owed.cast.agency_manager).post(form_page(owed), values).status_code == 422


def test_the_page_leads_from_each_gap_to_its_form(owed, sign_in):
    page = text(sign_in(owed.cast.agency_manager).get(of_contract(owed, "deliverables")))
    area = owed.cast.streets["石桥街道"].pk
    assert f"?kind=monthly_pack&amp;period=month:2024-04-01&amp;area={area}" in page


def test_statements_of_the_page_do_not_grow_with_papers(owed, inside, sign_in):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, counts = sign_in(owed.cast.contract_manager), []
    for month in (1, 2, 3):
        inside(
            deliver,
            owed,
            kind="monthly_pack",
            covers="month",
            covers_from=date(2024, month, 1),
            area=owed.cast.streets["石桥街道"],
        )
        client.get(of_contract(owed, "deliverables"))
        with CaptureQueriesContext(connection) as captured:
            client.get(of_contract(owed, "deliverables"))
        counts.append(len(captured))
    assert counts[0] == counts[2]


def test_a_paper_of_a_chosen_period_is_told_with_it(owed, inside, sign_in):
    inside(deliver, owed, kind="work_report", covers="half", covers_from=date(2024, 1, 1))
    assert "工作汇报 · 2024年上半年" in text(sign_in(owed.cast.contract_manager).get(of_contract(owed, "deliverables")))


def test_who_may_not_hand_in_does_not_see_the_form(owed, sign_in):
    assert sign_in(owed.cast.social_worker).get(of_contract(owed, "deliver")).status_code == 403
    assert url(owed, "deliver", pk=owed.cast.contract.pk) not in text(
        sign_in(owed.cast.contract_manager).get(of_contract(owed, "deliverables"))
    )
