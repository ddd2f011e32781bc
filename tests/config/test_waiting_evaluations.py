"""What waits around evaluation stands on the right desk, with its last day, in a number of statements that doesn't grow."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.home import waiting
from contracts.models import PenaltyRule
from documents.actions.snapshots import freeze
from evaluations.models import (
    Acceptance,
    AcceptanceAppeal,
    Breach,
    Consequence,
    Inquiry,
    LeadChange,
    Questionnaire,
    Rectification,
    Round,
    Scheme,
    SchemeVersion,
    Scorer,
    Survey,
)
from tenancy import workdays
from tests.cast import at
from tests.payments.arranged import another_contract
from tests.populated_evaluations import SCHEME

ON = date(2024, 6, 20)
SINCE = at("2024-06-17 10:00")
DUE = date(2024, 6, 21)


def make(cast, contract):
    """One of everything that may wait, under a contract."""
    make_rounds(cast, contract)
    make_issues(cast, contract)
    make_acceptance_and_survey(cast, contract)


def make_rounds(cast, contract):
    by = cast.contract_manager
    scheme = Scheme.objects.create(contract=contract, evaluation="E1", code="e", title="评分", created_at=SINCE)
    version = SchemeVersion.objects.create(
        scheme=scheme, no=1, definition=SCHEME, state="adopted", digest="d" * 64, made_at=SINCE, adopted_at=SINCE
    )
    facts = freeze("round", {"items": {}}, by=by, at=SINCE)
    for number, state in enumerate(("scoring", "statement", "stated"), 1):
        row = Round.objects.create(
            contract=contract, evaluation=f"E{number}", stage="midterm", title="中期评估", version=version, state=state, cutoff_on=DUE, facts=facts,
            scores_until=DUE, statement_until=DUE, prepared_by=by, prepared_at=SINCE, stated_at=SINCE,
        )  # fmt: skip
        if state == "scoring":
            Scorer.objects.create(
                round=row, party="panel", membership=cast.evaluator, from_day=date(2024, 6, 1), to_day=DUE, assigned_by=by, assigned_at=SINCE
            )  # fmt: skip


def make_issues(cast, contract):
    by = cast.contract_manager
    Consequence.objects.create(
        contract=contract, effect="extend", months=1, title="80 分以下", proposed_by=by, proposed_at=SINCE
    )
    order = {
        "contract": contract,
        "issue": "档案不全",
        "demand": "补齐",
        "due_on": DUE,
        "ordered_by": by,
        "ordered_at": SINCE,
    }
    Rectification.objects.create(no=1, **order)
    Rectification.objects.create(
        no=2, state="replied", reply="已补", replied_by=cast.agency_manager, replied_at=SINCE, **order
    )
    known = {
        "contract": contract,
        "asked_by": by,
        "asked_at": SINCE,
        "due_on": DUE,
        "kind": "question",
        "words": "说明",
    }
    Inquiry.objects.create(no=1, title="回访率", **known)
    Inquiry.objects.create(
        no=2,
        title="月报",
        state="answered",
        answer="见附件",
        answered_by=cast.agency_manager,
        answered_at=SINCE,
        **known,
    )
    rule = PenaltyRule.objects.create(contract=contract, code="P1", title="迟交")
    breach = {"contract": contract, "rule": rule, "basis": "occurrence", "happened_on": ON, "units": 1, "facts": "月报迟交", "registered_by": by, "registered_at": SINCE, "state_until": DUE}  # fmt: skip
    Breach.objects.create(no=1, **breach)
    Breach.objects.create(
        no=2, state="stated", statement="有原因", stated_by=cast.agency_manager, stated_at=SINCE, **breach
    )
    LeadChange.objects.create(
        contract=contract, no=1, successor=cast.social_worker, change_on=date(2024, 6, 28), notice_by=DUE, reason="调岗", proposed_by=cast.agency_manager, proposed_at=SINCE
    )  # fmt: skip


def make_acceptance_and_survey(cast, contract):
    failed = Acceptance.objects.create(
        contract=contract, requested_at=SINCE, state="concluded", result="failed", held_on=ON, concluded_on=ON, rework_until=DUE + timedelta(days=30)
    )  # fmt: skip
    AcceptanceAppeal.objects.create(acceptance=failed, words="名单有误", made_by=cast.agency_manager, made_at=SINCE)
    asked = Questionnaire.objects.create(
        contract=contract, code="s", no=1, definition={}, digest="q" * 64, made_at=SINCE
    )
    Survey.objects.create(
        contract=contract, kind="satisfaction", title="满意度", questionnaire=asked, collector=cast.provider, side="provider", ways=["paper"], from_day=ON, to_day=DUE,
        target=20, served_from=ON, served_to=ON, state="open", created_by=cast.agency_manager, created_at=SINCE, opened_at=SINCE, link_secret="", link_index="",
    )  # fmt: skip


def told(cast, role, on=ON):
    found = waiting.for_me(cast.members[role], on=on, calendar=workdays.calendar())
    return {(item.title, item.verb) for item in found}


@pytest.mark.parametrize(
    ("role", "waits"),
    [
        ("evaluator", {("中期评估", "声明")}),
        (
            "agency_manager",
            {
                ("中期评估：陈述意见", "陈述"),
                ("整改通知 1", "答复"),
                ("书面质疑：回访率", "答复"),
                ("违约 1：陈述", "陈述"),
                ("满意度", "催收"),
            },
        ),
        (
            "contract_manager",
            {
                ("中期评估：登记结论", "登记结论"),
                ("整改通知 2", "核验"),
                ("书面质疑：月报", "办结"),
                ("更换项目负责人", "答复"),
                ("第 1 轮验收申述", "答复"),
            },
        ),
        ("bureau_leader", {("服务期延长 1 个月，待决定", "决定"), ("违约 2，待认定", "认定")}),
    ],
)
def test_each_desk_has_what_is_in_its_hands(act, role, waits):
    make(act, act.contract)
    assert told(act, role) == waits


def test_a_rival_and_a_colleague_without_the_permission_find_nothing(act):
    make(act, act.contract)
    assert told(act, "social_worker") == set()
    assert waiting.for_me(act.rivals["agency_manager"], on=ON, calendar=workdays.calendar()) == []


def test_a_half_year_that_has_passed_waits_to_be_rated(act):
    assert told(act, "agency_manager", on=date(2024, 7, 2)) == {("评价甲方：第 1 个半年", "评价")}


def test_the_days_left_are_working_days_until_the_last_one(act):
    make(act, act.contract)
    found = waiting.for_me(act.agency_manager, on=ON, calendar=workdays.calendar())
    (item,) = [item for item in found if item.verb == "答复" and item.title.startswith("书面")]
    assert (item.since, item.due, item.left) == (SINCE.date(), DUE, 1)


@pytest.mark.parametrize("role", ["agency_manager", "contract_manager", "bureau_leader"])
def test_three_contracts_take_no_more_statements_than_one(act, role):
    make(act, act.contract)
    counts = []
    for code in (None, "QH02", "QH03"):
        if code:
            make(act, another_contract(act, code))
        with CaptureQueriesContext(connection) as captured:
            waiting.for_me(act.members[role], on=ON, calendar=workdays.calendar())
        counts.append(len(captured))
    assert counts[0] == counts[1] == counts[2]


@pytest.mark.parametrize(
    ("role", "shown"), [("subdistrict_officer", True), ("contract_manager", False), ("social_worker", False)]
)
def test_a_street_that_only_scores_has_a_way_to_its_sheets(cast, sign_in, role, shown):
    page = sign_in(cast.members[role]).get("/qinghe/contracts/").content.decode()
    assert ('href="/qinghe/evaluations/sheets/"' in page) is shown
