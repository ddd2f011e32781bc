"""One home a role: it says what waits, whose hand it is in, and how the contracts stand."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.home import portfolio, waiting
from contracts.models import StaffPost
from services.models import Incident, Measurement
from tenancy import scope, workdays
from tests.cast import at
from tests.populated import _money as lay_money

STRAIGHT = {
    "subdistrict_officer": "/qinghe/caseload/approvals/",
    "social_worker": "/qinghe/services/today/",
    "expert": "/qinghe/evaluations/sheets/",
    "system_admin": "/qinghe/manage/people/",
    "audit_admin": "/qinghe/manage/audit/",
}
DESKS = [
    "contract_manager",
    "section_chief",
    "bureau_leader",
    "bureau_finance",
    "agency_manager",
    "quality_control",
    "agency_finance",
    "auditor",
    "supervisor",
]


@pytest.mark.parametrize("role", DESKS)
def test_every_desk_opens(cast, sign_in, role):
    answer = sign_in(cast.members[role]).get("/qinghe/")
    assert (answer.status_code, "等我处理" in answer.content.decode()) == (200, True)


@pytest.mark.parametrize("role", STRAIGHT)
def test_some_roles_go_straight_to_their_page(cast, sign_in, role):
    answer = sign_in(cast.members[role]).get("/qinghe/")
    assert (answer.status_code, answer.url.startswith(STRAIGHT[role])) == (302, True)


@pytest.mark.parametrize(
    ("role", "sees"),
    [("contract_manager", True), ("social_worker", False), ("quality_control", False), ("agency_manager", True)],
)
def test_money_is_shown_to_those_who_may_see_it(cast, role, sees):
    with scope.acting(cast.members[role]):
        row = portfolio.standings(cast.members[role], on=at().date(), calendar=workdays.calendar())[0]
    assert (row.left == Decimal("100000.00")) is sees


def measured(cast, *statuses):
    rows = [
        {
            "code": f"I{no}",
            "title": f"指标{no}",
            "unit": "个",
            "force": "hard",
            "status": status,
            "is_met": status == "met",
            "shortfall": "2",
            "areas": [{"name": "云岭镇", "value": "1", "required": "2", "is_met": False}],
        }
        for no, status in enumerate(statuses)
    ]
    return Measurement.objects.create(
        contract=cast.contract, as_of=at().date(), measured_at=at(), data={"indicators": rows}, digest="x"
    )


def test_the_worst_indicator_decides_a_contract_s_state_and_says_what_is_missing(act):
    measured(act, "met", "behind", "watch")
    row = portfolio.standings(act.contract_manager, on=at().date(), calendar=workdays.calendar())[0]
    assert (row.status, row.met, row.total) == ("behind", 1, 3)
    assert row.reason == "指标1差 2 个（云岭镇 1/2）；指标2差 2 个（云岭镇 1/2）"


def test_a_desk_asks_the_same_number_of_statements_whatever_the_number_of_contracts(cast, sign_in):
    from tests.cast import make_contract

    client = sign_in(cast.contract_manager)
    client.get("/qinghe/")
    counts = []
    for number in range(2):
        with scope.tenant(cast.tenant.pk):
            for extra in range(number * 3):
                make_contract(
                    cast.contract_manager.organisation,
                    cast.provider,
                    cast.streets.values(),
                    cast.expert,
                    code=f"X{extra}",
                )
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/qinghe/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_incidents_and_people_wait_for_the_purchasers_check_but_never_ones_own_report(act):
    known = {"contract": act.contract, "kind": "hazard", "happened_at": at(), "day": at().date(), "created_at": at()}
    for member in (act.social_worker, act.agency_manager, act.contract_manager):
        Incident.objects.create(title="楼道堆物", reported_by=member, **known)
    StaffPost.objects.create(
        contract=act.contract, name="柳叶青", post="social_worker", side="provider", from_day=at().date()
    )
    found = waiting.for_me(act.contract_manager, on=at().date(), calendar=workdays.calendar())
    assert [(item.title, item.verb) for item in found] == [("2 起事件待核实", "核实"), ("1 名人员待核对", "核对")]
    assert [
        item.title for item in waiting.for_me(act.social_worker, on=at().date(), calendar=workdays.calendar())
    ] == []


def test_nothing_of_another_agency_waits_for_a_rival(act):
    rival = act.rivals["agency_manager"]
    assert waiting.for_me(rival, on=at().date(), calendar=workdays.calendar()) == []
    assert portfolio.standings(rival, on=at().date(), calendar=workdays.calendar()) == []


def test_what_others_hold_names_the_person(act):
    act.photo = None
    lay_money(act)  # a request that waits for the handler
    others = waiting.for_others(act.section_chief, on=at().date(), calendar=workdays.calendar())
    assert [(item.holder, item.verb) for item in others] == [("经办人 周砚秋", "核验")]
