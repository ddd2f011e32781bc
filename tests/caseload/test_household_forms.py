"""The household's own forms: drafts, refusals that list everything, what they write into the ledger, the change register."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from caseload import queries
from caseload.actions import household_papers, households
from caseload.models import HouseholdPaper, LedgerChange
from caseload.rules import household_forms as rules
from caseload.rules import ledger as ledger_rules
from tenancy.models import AuditEvent
from tenancy.problems import Refused
from tests.caseload.conftest import make_household
from tests.caseload.files import told
from tests.caseload.people import id_number
from tests.cast import at

DAY = date(2024, 6, 3)
SURVEY = {
    "mode": "入户", "informant": "户主", "income_from": ["保障金"], "housing": "自有", "benefits": "低保金", "situation": "患病", "services": ["心理关怀"],
    "needs": "就医", "advice": "陪同就医",
}  # fmt: skip


@pytest.fixture
def home(ledger):
    """A grandfather and a child."""
    persons = [
        {"name": "江一帆", "id_number": id_number(date(1960, 1, 2)), "phone": "13800000001"},
        {"name": "江小满", "id_number": id_number(date(2015, 6, 7), 3), "relation": "孙女"},
    ]
    return make_household(ledger, persons=persons)


def people_of(home):
    return home.people.get(is_head=True), home.people.get(is_head=False)


def file(cast, home, kind, answers, lines, on=DAY, **known):
    return household_papers.file_household_form(
        home, kind, answers=answers, lines=lines, on=on, by=cast.social_worker, at=at(), **known
    )


def refused(cast, home, kind, answers, lines, **known):
    with pytest.raises(Refused, match="还不能提交") as refusal:
        file(cast, home, kind, answers, lines, **known)
    return refusal.value.problems


def survey_lines(home):
    head, child = people_of(home)
    return [
        {"who": str(head.pk), "employment": "无业", "education": "初中", "health": "慢性病"},
        {"who": str(child.pk), "schooling": "小学三年级", "health": "良好"},
    ]


# --- survey -------------------------------------------------------------------------------------------------------------
def test_a_survey_fills_the_ledger_and_its_members_in_one_act(ledger, home):
    paper = file(ledger, home, "needs_survey", SURVEY, survey_lines(home))
    head, child = people_of(home)
    assert ledger_rules.opened(head.details.reveal()) == {"employment": "无业", "education": "初中", "health": "慢性病"}
    assert ledger_rules.opened(child.details.reveal()) == {"schooling": "小学三年级", "health": "良好"}
    home.refresh_from_db()
    assert queries.details_of(home) == {"benefits": "低保金", "needs": "就医", "situation": "患病"}
    assert queries.file_entry(home).facts == {"complete": False, "home_survey_done": True, "ledger_complete": True}
    assert told(home) == ["孙女（2015年生）的监护人", "帮扶工作方案"]
    assert (home.items_asked, home.items_filled) == (8, 6)
    assert queries.answers_of(paper)["lines"][0]["employment"] == "无业"
    assert list(AuditEvent.objects.filter(action="household.form_filed").values_list("detail__kind", flat=True)) == [
        "needs_survey"
    ]


def test_a_survey_tells_everything_that_it_lacks_at_once_and_writes_nothing(ledger, home):
    head, _child = people_of(home)
    problems = refused(ledger, home, "needs_survey", {"mode": "入户"}, [{"who": str(head.pk), "employment": "无业"}])
    assert problems == [
        "未填：受访人、收入来源、住房、享受保障情况、基本情况、需要的服务、帮扶需求、帮扶建议",
        "江**（户主）未填：受教育程度、健康状况",
        "孙女（2015年生）未填：就学情况、健康状况",
    ]
    assert (HouseholdPaper.objects.count(), bool(people_of(home)[0].details)) == (0, False)
    assert refused(
        ledger, home, "needs_survey", SURVEY, [*survey_lines(home), {"who": str(home.pk), "health": "好"}]
    ) == ["有的行写的人不在这一户"]


def test_what_the_ledger_knows_is_not_asked_again(ledger, home):
    households.set_details(home, details={"benefits": "低保金", "needs": "就医"}, by=ledger.social_worker, at=at())
    known = {name: text for name, text in SURVEY.items() if name not in ("benefits", "needs")}
    file(ledger, home, "needs_survey", known, survey_lines(home))
    again = file(ledger, home, "needs_survey", SURVEY, [])
    assert queries.answers_of(again)["lines"][1]["schooling"] == "小学三年级"
    assert LedgerChange.objects.count() == 0


def test_a_survey_that_says_otherwise_keeps_what_stood_before(ledger, home):
    file(ledger, home, "needs_survey", SURVEY, survey_lines(home))
    paper = file(ledger, home, "needs_survey", {**SURVEY, "needs": "康复"}, [])
    change = LedgerChange.objects.get()
    assert (change.item, change.old.reveal(), change.new.reveal(), change.paper, str(change.old)) == (
        "needs", "就医", "康复", paper, "●●●●",
    )  # fmt: skip


# --- plan ---------------------------------------------------------------------------------------------------------------
MEASURE = {"need": "就医", "goal": "按时复诊", "measure": "陪同就医", "responsible": "周砚秋", "until": "2024-09-30"}
PLAN = {"aim": "病情稳定", "revisits": "每月入户一次"}


def test_a_plan_speaks_of_the_household_and_of_each_member(ledger, home):
    head, child = people_of(home)
    assert refused(ledger, home, "assistance_plan", PLAN, []) == ["至少写一条措施"]
    lines = [{"who": "", **MEASURE}, {"who": str(head.pk), "need": "就业", "from": "2024-07-01", "until": "2024-06-30"}]
    assert refused(ledger, home, "assistance_plan", {}, lines) == [
        "未填：帮扶目标、回访安排",
        "第 2 条未填：目标、措施、责任人",
        "第 2 条的完成期限早于开始日期",
        "没有写到成员：孙女（2015年生）。没有单独需求的，也写一条",
    ]
    whole = [{"who": who, **MEASURE} for who in ("", str(head.pk), str(child.pk))]
    file(ledger, home, "assistance_plan", PLAN, whole)
    assert queries.file_entry(home).papers == ["assistance_plan"]
    assert refused(ledger, home, "assistance_plan", PLAN, whole) == ["未写调整原因"]
    file(ledger, home, "assistance_plan", {**PLAN, "revision": "病情好转"}, whole)
    assert queries.papers_of(home).count() == 2


# --- change register ----------------------------------------------------------------------------------------------------
SOURCE = {"reporter": "户主本人", "reason": "住院"}


def test_a_change_form_changes_the_ledger_and_seals_what_stood_before(ledger, home):
    head, child = people_of(home)
    households.set_details(home, details={"needs": "就业"}, by=ledger.social_worker, at=at())
    lines = [
        {"who": "", "item": "needs", "new": "就医", "evidence": "出院小结"},
        {"who": str(head.pk), "item": "phone", "new": "13700002222", "evidence": "本人告知"},
        {"who": str(child.pk), "item": "schooling", "new": "小学四年级", "evidence": "学校"},
    ]
    paper = file(ledger, home, "change_form", SOURCE, lines, on=date(2024, 6, 2))
    home.refresh_from_db()
    head, child = people_of(home)
    assert (queries.details_of(home), head.phone.reveal(), queries.details_of(child)) == (
        {"needs": "就医"}, "13700002222", {"schooling": "小学四年级"},
    )  # fmt: skip
    register = {(row.item, row.old.reveal(), row.new.reveal(), row.reporter.reveal(), row.evidence.reveal()) for row in queries.changes_of(home)}  # fmt: skip
    assert register == {
        ("needs", "就业", "就医", "户主本人", "出院小结"),
        ("phone", "13800000001", "13700002222", "户主本人", "本人告知"),
        ("schooling", "", "小学四年级", "户主本人", "学校"),
    }
    assert {(row.paper, row.reported_on) for row in queries.changes_of(home)} == {(paper, date(2024, 6, 2))}
    assert queries.answers_of(paper)["lines"][0]["old"] == "就业"
    kept = HouseholdPaper.objects.filter(pk=paper.pk).values_list("data", flat=True).get()
    assert "就业".encode() not in bytes(kept)


@pytest.mark.parametrize(
    ("lines", "proved", "problems"),
    [
        ([], False, ["至少写一项变更"]),
        ([{"who": "", "item": "phone", "new": "1", "evidence": "x"}], False, ["第 1 项：整户没有电话"]),
        ([{"who": "a", "item": "address", "new": "1", "evidence": "x"}], False, ["第 1 项：成员没有住址"]),
        ([{"who": "", "item": "needs"}], True, ["第 1 项未填现登记"]),
        ([{"who": "", "item": "needs", "new": "就医"}], False, ["第 1 项未写佐证，也没有上传材料"]),
        ([{"who": "", "item": "needs", "new": "就医"}] * 2, True, ["第 2 项：帮扶需求写了两次"]),
        (
            [{"who": "a", "item": "disability_grade", "new": "五级"}],
            True,
            ["第 1 项：残疾等级写一级、二级、三级、四级之一"],
        ),
        ([{"who": "a", "item": "disability_grade", "new": "二级"}], True, []),
    ],
)
def test_a_change_form_tells_what_it_lacks(lines, proved, problems):
    assert rules.change_gaps(lines, is_proved=proved) == problems


def test_writing_over_a_value_on_another_page_leaves_it_in_the_register_too(ledger, home):
    worker = {"by": ledger.social_worker, "at": at()}
    households.set_details(home, details={"needs": "就业"}, address="3 号楼", **worker)
    assert LedgerChange.objects.count() == 0
    households.set_details(home, details={"needs": ""}, address="5 号楼", **worker)
    assert {(row.item, row.old.reveal(), row.new.reveal(), row.paper) for row in queries.changes_of(home)} == {
        ("needs", "就业", "", None),
        ("address", "3 号楼", "5 号楼", None),
    }


# --- drafts and access --------------------------------------------------------------------------------------------------
def test_a_draft_is_kept_once_and_goes_when_the_form_is_filed(ledger, home):
    worker = {"on": DAY, "by": ledger.social_worker, "at": at()}
    household_papers.keep_household_draft(home, kind="needs_survey", answers={"needs": "就"}, lines=[], **worker)
    draft = household_papers.keep_household_draft(
        home, kind="needs_survey", answers={"needs": "就医"}, lines=[{"who": "x", "health": "好"}], **worker
    )
    assert queries.answers_of(draft) == {"needs": "就医", "lines": [{"who": "x", "health": "好"}]}
    assert (HouseholdPaper.objects.count(), list(queries.papers_of(home))) == (1, [])
    assert queries.file_entry(home).papers == []
    with pytest.raises(IntegrityError, match="householdpaper_one_draft"), transaction.atomic():
        HouseholdPaper.objects.create(
            household=home, kind="needs_survey", is_draft=True, filled_on=DAY, created_at=at()
        )
    file(ledger, home, "needs_survey", SURVEY, survey_lines(home))
    assert queries.household_drafts(home) == {}


def test_only_the_performing_agency_files_and_no_form_is_of_tomorrow(ledger, home):
    with pytest.raises(Refused, match="只有承接本合同的机构可以填写"):
        household_papers.file_household_form(
            home, "needs_survey", answers=SURVEY, lines=survey_lines(home), on=DAY, by=ledger.rivals["social_worker"], at=at()
        )  # fmt: skip
    with pytest.raises(Refused, match="日期不得晚于今天"):
        file(ledger, home, "needs_survey", SURVEY, survey_lines(home), on=date(2024, 6, 4))
    assert HouseholdPaper.objects.count() == 0
