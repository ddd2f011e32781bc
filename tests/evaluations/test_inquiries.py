"""Inquiries: the contract's limit, one clock for both sides, late answers, calls to a place that the indicators count."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from contracts.models import Deadline, Label
from evaluations.actions import inquiries as actions
from evaluations.models import Inquiry
from evaluations.queries import inquiries as queries
from evaluations.rules import inquiries as rules
from services.actions.indicators import save_indicators
from services.indicators.measure import measure_contract
from tenancy import scope, workdays
from tenancy.problems import Refused
from tests.cast import at

CALENDAR = workdays.WorkCalendar()
MONDAY = at("2024-06-03 10:00")
HOURS = [
    {"id": "FCG-63", "zh": "问题回应", "of": "clock.station_notice_reply", "gate": {"hours": {"le": 2}}, "count": "share", "target": {"eq": 100}, "unit": "%"},
    {"id": "FCG-64", "zh": "到场", "of": "clock.station_notice_arrival", "gate": {"hours": {"le": 12}}, "count": "share", "target": {"eq": 100}, "unit": "%"},
]  # fmt: skip


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        ("2024-06-10 23:59", ""),
        ("2024-06-11 00:00", "迟 1 个工作日"),
        ("2024-06-17 09:00", "迟 5 个工作日"),
    ],
)
def test_the_last_working_day_is_in_time(moment, told):
    assert rules.lateness(at(moment), due_on=date(2024, 6, 10), calendar=CALENDAR) == told


def test_a_saturday_after_a_friday_is_late_though_no_working_day_has_passed():
    assert rules.lateness(at("2024-06-15 09:00"), due_on=date(2024, 6, 14), calendar=CALENDAR) == "迟 1 日"


@pytest.mark.parametrize(
    ("seconds", "told"), [(0, ""), (1, "迟 1 分钟"), (3600 * 3, "迟 3 小时"), (3600 * 26, "迟 1 天 2 小时")]
)
def test_the_last_moment_is_in_time(seconds, told):
    assert rules.lateness(MONDAY + timedelta(seconds=seconds), by=MONDAY) == told


def ask(cast, **known):
    said = {"kind": "question", "title": "六月台账", "words": "为何少报 12 户", "place": ""} | known
    return actions.ask(cast.contract, **said, by=cast.contract_manager, at=MONDAY)


def test_an_answer_is_due_as_the_contract_says_and_else_in_five_working_days(act):
    first = ask(act)
    Deadline.objects.create(
        contract=act.contract, code="D10", step="query.reply", title="答复质疑", start="收到", within=3, unit="working_days", clause="第七条第七款", clause_text="3 个工作日内"
    )  # fmt: skip
    second = ask(act)
    assert [(row.no, row.due_on, row.clause) for row in (first, second)] == [
        (1, workdays.calendar().add(date(2024, 6, 3), 5), ""),
        (2, workdays.calendar().add(date(2024, 6, 3), 3), "第七条第七款"),
    ]


def test_a_question_goes_back_and_forth_and_each_word_stays(act):
    row = ask(act)
    with pytest.raises(Refused, match="答复由乙方办理"):
        actions.answer(row, words="已补", by=act.rivals["agency_manager"], at=MONDAY)
    row = actions.answer(row, words="已补报", by=act.agency_manager, at=at("2024-06-20 09:00"))
    row = actions.ask_again(row, words="还差 3 户", by=act.contract_manager, at=at("2024-06-20 15:00"))
    assert (row.state, row.times, row.due_on) == ("open", 2, workdays.calendar().add(date(2024, 6, 20), 5))
    row = actions.answer(row, words="3 户已迁出", by=act.liaison, at=at("2024-06-21 09:00"))
    row = actions.close_inquiry(row, words="", by=act.contract_manager, at=at("2024-06-21 10:00"))
    late = workdays.calendar().between(workdays.calendar().add(date(2024, 6, 3), 5), date(2024, 6, 20))
    assert [(move.verb, move.words, move.late) for move in row.moves.all()] == [
        ("ask", "为何少报 12 户", ""),
        ("answer", "已补报", f"迟 {late} 个工作日"),
        ("ask_again", "还差 3 户", ""),
        ("answer", "3 户已迁出", ""),
        ("close", "", ""),
    ]


def test_a_call_to_a_place_needs_a_contract_that_sets_hours(act):
    with pytest.raises(Refused) as refusal:
        ask(act, kind="notice", place="珠河街道")
    assert refusal.value.problems == ["合同没有约定现场响应时限，用书面质疑"]


@pytest.fixture
def station(act):
    for kind in (queries.REPLY_CLOCK, queries.ARRIVAL_CLOCK):
        Label.objects.create(family="clock", code=kind, label=kind[:10])
    save_indicators(act.contract, HOURS, by=act.contract_manager, at=at("2024-02-01 09:00"))
    return act


def measured(cast):
    table = measure_contract(cast.contract, on=date(2024, 6, 30))
    return [table.by_code[code].value for code in ("FCG-63", "FCG-64")]


def test_a_call_starts_the_clocks_that_the_indicators_count(station):
    row = ask(station, kind="notice", place="珠河街道")
    assert (row.reply_by, row.arrive_by) == (MONDAY + timedelta(hours=2), MONDAY + timedelta(hours=12))
    row = actions.answer(row, words="马上到", by=station.agency_manager, at=MONDAY + timedelta(hours=2))
    with pytest.raises(Refused, match="还没有登记到场时间"):
        actions.close_inquiry(row, words="", by=station.contract_manager, at=MONDAY + timedelta(hours=3))
    row = actions.arrive(
        row, arrived_at=MONDAY + timedelta(hours=15), by=station.agency_manager, at=MONDAY + timedelta(hours=16)
    )
    assert measured(station) == [Decimal(100), Decimal(0)]
    stands = queries.standing(row, workdays.calendar(), now=MONDAY + timedelta(days=9))
    assert (stands.reply_late, stands.arrival_late) == ("", "迟 3 小时")
    assert queries.lateness_of(row, now=MONDAY + timedelta(days=9)) == "到场迟 3 小时"


def test_a_call_that_is_taken_back_no_longer_counts(station):
    row = ask(station, kind="notice", place="珠河街道")
    row = actions.withdraw(row, reason="发错合同", by=station.contract_manager, at=MONDAY + timedelta(hours=1))
    assert (row.state, row.reply_clock.state, row.arrival_clock.state) == ("withdrawn", "void", "void")
    with pytest.raises(Refused, match="通知已撤回"):
        actions.arrive(row, arrived_at=MONDAY, by=station.agency_manager, at=MONDAY + timedelta(hours=2))


def address(cast, name, pk):
    return reverse(f"evaluations:{name}", kwargs={"tenant": cast.tenant.slug, "pk": pk})


def test_both_sides_see_one_clock_and_a_late_answer_offers_a_breach(act, sign_in):
    row = ask(act)
    Inquiry.objects.filter(pk=row.pk).update(due_on=timezone.localdate() - timedelta(days=30))
    page = {
        member.role: sign_in(member).get(address(act, "inquiry", row.pk))
        for member in (act.contract_manager, act.agency_manager)
    }
    texts = {role: response.content.decode() for role, response in page.items()}
    assert ["答复迟 " in text for text in texts.values()] == [True, True]
    assert [f"?inquiry={row.pk}" in texts[role] for role in ("contract_manager", "agency_manager")] == [True, False]
    assert ['id="answer"' in texts[role] for role in ("contract_manager", "agency_manager")] == [False, True]
    assert sign_in(act.evaluator).get(address(act, "inquiry", row.pk)).status_code == 404


def test_a_question_is_asked_and_answered_on_its_pages(act, sign_in):
    new = address(act, "new_inquiry", act.contract.pk)
    desk = sign_in(act.contract_manager)
    assert 'name="place"' not in desk.get(new).content.decode()
    sent = desk.post(new, {"kind": "question", "title": "台账", "words": "为何少报"}, follow=True)
    assert "待答复" in sent.content.decode()
    with scope.tenant(act.tenant.pk):
        row = Inquiry.objects.get()
    agency = sign_in(act.liaison)
    assert agency.post(address(act, "answer_inquiry", row.pk), {"words": " "}).status_code == 400
    assert (
        "已答复"
        in agency.post(address(act, "answer_inquiry", row.pk), {"words": "已补报"}, follow=True).content.decode()
    )
