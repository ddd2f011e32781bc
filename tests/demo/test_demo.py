"""The demonstration keeps what it promises: a year that is refused on one day and payable on a later one, and a lively today.

One load for the whole file: it is played to 2024-11-20, looked at, played on, and looked at again.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from caseload.models import Case, Group, Household
from config.demo import mentougou, money, people, story
from config.demo.stage import Stage
from contracts.models import Contract
from payments import queries
from payments.models import Payment, PaymentRequest
from services.indicators.measure import measure_contract
from services.models import Deliverable, MonthlyReport, ServiceRecord
from tenancy import audit, scope, workdays
from tenancy.models import Account, AuditEvent, Membership, Tenant
from tenancy.templatetags.fuyue.audit_words import WORDS
from tests.plugin import empty_database

pytestmark = pytest.mark.django_db  # what a test changes is rolled back; what was loaded stays until the file's end
TODAY = date(2026, 11, 24)
HARD = ["MTG04-01", "MTG04-02", "MTG04-03", "MTG04-08", "MTG04-11", "MTG04-12", "MTG04-19", "MTG04-20"]


@dataclass
class Loaded:
    """What was seen on each of the two days, and the stages as they are in the end."""

    year: Stage
    tables: dict = field(default_factory=dict)
    checks: dict = field(default_factory=dict)
    cases: dict = field(default_factory=dict)
    running: list = field(default_factory=list)

    def look(self, on):
        with scope.tenant(self.year.world.tenant.pk):
            self.tables[on] = measure_contract(self.year.contract, on=on).by_code
            self.checks[on] = queries.check_milestone(money.milestone(self.year, 2), on=on)
            self.cases[on] = set(Case.objects.filter(contract=self.year.contract).values_list("state", flat=True))


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        found = Loaded(story.play(until=mentougou.REFUSED_ON))
        found.look(mentougou.REFUSED_ON)
        found.year.agenda.play(mentougou.PAYABLE_ON)
        found.look(mentougou.PAYABLE_ON)
        found.year.agenda.play()
        found.running = story.play_running(found.year.world, story.YUNXI_RUNNING, today=TODAY)
        found.running += story.play_running(story.open_chengjiang(today=TODAY), story.CHENGJIANG_RUNNING, today=TODAY)
        yield found
        empty_database(connection)


@pytest.fixture
def inside(loaded):
    with scope.tenant(loaded.year.world.tenant.pk):
        yield loaded


# --- the year ---------------------------------------------------------------------------------------------------------
def test_the_final_payment_is_refused_with_every_reason_on_the_first_day(loaded):
    check = loaded.checks[mentougou.REFUSED_ON]
    assert check.result == "unmet"
    assert check.gaps == [
        "回访覆盖户数：差 21 户",
        "个案帮扶：差 16 户",
        "专业小组，每街镇 ≥ 2 个：差 1 个，军庄镇",
        "社区活动，每街镇 ≥ 4 场：差 2 场，军庄镇",
        "回访记录：差 1 份",
        "个案服务档案（过程记录、照片、满意度调查表）：差 1 份",
        "典型案例：差 2 份",
        "小组档案（计划书、记录、照片、总结、满意度调查记录）：差 1 份",
        "满意度调查原始资料：差 1 份",
        "达到绩效指标的证明材料：差 1 份",
        "结项验收报告：差 1 份",
        "甲方组织验收并通过：须全部工作完成、成果提交后由乙方申请",
        "乙方开具等额正式发票：须为 166,444.80 元，购买方为云溪区民政局（示例）",
    ]


@pytest.mark.parametrize(
    ("on", "groups", "events"),
    [
        (
            mentougou.REFUSED_ON,
            {"城子街道": 2, "大台街道": 2, "军庄镇": 1},
            {"城子街道": 4, "大台街道": 4, "军庄镇": 2},
        ),
        (
            mentougou.PAYABLE_ON,
            {"城子街道": 2, "大台街道": 2, "军庄镇": 2},
            {"城子街道": 4, "大台街道": 4, "军庄镇": 4},
        ),
    ],
)
def test_one_subdistrict_is_short_first_and_none_later(loaded, on, groups, events):
    table = loaded.tables[on]
    spread = lambda code: {area.area.name: int(area.value) for area in table[code].areas}  # noqa: E731
    assert (spread("MTG04-11"), spread("MTG04-12")) == (groups, events)


def test_every_hard_indicator_is_met_later_and_all_conditions_with_them(loaded):
    table = loaded.tables[mentougou.PAYABLE_ON]
    assert [code for code, row in table.items() if row.matters] == HARD
    assert [code for code in HARD if not table[code].is_met] == []
    assert (loaded.checks[mentougou.PAYABLE_ON].result, loaded.checks[mentougou.PAYABLE_ON].gaps) == ("met", [])


def test_what_was_counted_is_a_whole_year_of_work(loaded):
    table = loaded.tables[mentougou.PAYABLE_ON]
    counted = {
        code: int(table[code].value)
        for code in (
            "MTG04-01",
            "MTG04-02",
            "MTG04-08",
            "MTG04-10",
            "MTG04-11",
            "MTG04-12",
            "MTG04-21",
            "MTG04-23",
            "MTG04-24",
        )
    }
    assert counted == {
        "MTG04-01": 154,
        "MTG04-02": 486,
        "MTG04-08": 154,
        "MTG04-10": 15,
        "MTG04-11": 6,
        "MTG04-12": 12,
        "MTG04-21": 11,
        "MTG04-23": 20,
        "MTG04-24": 10,
    }
    assert table["MTG04-09"].value >= 770


def test_cases_are_in_every_stage_on_the_first_day_and_still_on_the_way_on_the_second(loaded):
    assert loaded.cases[mentougou.REFUSED_ON] == {
        "draft",
        "open",
        "closure_submitted",
        "closed",
        "refused",
        "withdrawn",
    }
    assert loaded.cases[mentougou.PAYABLE_ON] == {"draft", "open", "closed", "refused", "withdrawn"}


def test_the_first_payment_was_due_on_the_sixth_of_may_and_paid_before(inside):
    first = money.milestone(inside.year, 1)
    payment = Payment.objects.get(milestone=first)
    assert (str(payment.amount), payment.paid_on) == ("388371.20", date(2024, 4, 30))
    assert workdays.calendar().add(inside.year.contract.signed_on, 10) == date(2024, 5, 6)


def test_the_final_request_waits_for_the_handler(inside):
    requests = PaymentRequest.objects.filter(milestone=money.milestone(inside.year, 2)).order_by("round")
    assert list(requests.values_list("round", "state", "submitted_by__account__name")) == [
        (1, "returned", "许星河"),
        (2, "submitted", "许星河"),
    ]


def test_a_group_too_large_an_event_too_small_and_one_too_large_never_count(inside):
    assert Group.objects.get(title="“夕阳红”合唱小组").members == 12
    found = inside.year.contract.records.filter(kind="event", state="verified").exclude(participants__range=(30, 50))
    assert sorted(found.values_list("participants", flat=True)) == [28, 53]


# --- today ------------------------------------------------------------------------------------------------------------
def test_every_contract_in_mid_course_has_something_to_do_or_to_pay(loaded):
    waiting = {}
    for stage in loaded.running:
        with scope.tenant(stage.world.tenant.pk):
            mine = {"contract": stage.contract}
            waiting[stage.contract.code] = [
                Case.objects.filter(**mine, state__in=["intake_submitted", "closure_submitted"]).exists(),
                ServiceRecord.objects.filter(**mine, state="submitted").exists(),
                ServiceRecord.objects.filter(**mine, state="returned").exists(),
                Deliverable.objects.filter(**mine, state="delivered").exists(),
                MonthlyReport.objects.filter(**mine).exclude(state="accepted").exists(),
                PaymentRequest.objects.filter(
                    milestone__contract=stage.contract, state__in=["submitted", "approved"]
                ).exists(),
            ]
    busy, begun = [True, True, True, True, True], [False, False, False, False, False]
    assert waiting == {
        "YX02": [*busy, True],
        "YX03": [*busy, False],
        "YX05": [*begun, True],
        "CJ01": [*busy, False],
        "CJ02": [*begun, True],
    }


def test_every_officer_of_a_running_contract_has_an_inbox(loaded):
    for stage in loaded.running:
        with scope.tenant(stage.world.tenant.pk):
            rows = Case.objects.filter(
                contract=stage.contract, state__in=["intake_submitted", "closure_submitted"]
            ).values_list("street__name", flat=True)
            assert not rows or set(rows) == set(stage.streets)


def test_one_agency_and_one_account_work_for_both_bureaus(loaded):
    account = Account.objects.get(login="xuxinghe")
    with scope.account(account.pk):
        rows = Membership.everywhere.filter(account=account)
        assert rows.count() == 2
    assert (
        len(
            {
                stage.world.tenant.pk
                for stage in [loaded.year, *loaded.running]
                if stage.contract.provider.name.startswith("同心")
            }
        )
        == 2
    )


# --- how it was made ----------------------------------------------------------------------------------------------------
def test_nothing_is_written_behind_the_actions_back():
    write = re.compile(
        r"\.(create|bulk_create|update|update_or_create|get_or_create|save|delete|bulk_update)\(|cursor\(|\.execute\("
    )
    found = [
        f"{path.name}: {line.strip()}"
        for path in Path(story.__file__).parent.glob("*.py")
        for line in path.read_text().splitlines()
        if write.search(line)
    ]
    assert [
        line
        for line in found
        if "sheet.finished().save" not in line and "image.save(made" not in line and "book.save(made" not in line
    ] == []


def test_the_trail_is_whole_and_every_act_in_it_has_a_word(loaded):
    actions = set()
    for tenant in Tenant.objects.all():
        with scope.tenant(tenant.pk):
            assert audit.broken_links() == []
            actions |= set(AuditEvent.objects.values_list("action", flat=True))
    assert sorted(actions - set(WORDS)) == []


def test_the_published_parties_appear_nowhere(inside):
    for contract in Contract.objects.select_related("procurement"):
        text = f"{contract.title} {contract.terms} {contract.procurement.agent} {contract.purchaser.name} {contract.provider.name}"
        assert [name for name in ("北京市门头沟区民政局", "协力", "中承国汇") if name in text] == []
    assert [tenant.is_demo for tenant in Tenant.objects.all()] == [True, True]


def test_identity_numbers_belong_to_no_division_and_telephones_to_nobody(inside):
    people_of = [
        person
        for household in Household.objects.filter(contract=inside.year.contract)[:40]
        for person in household.people.all()
    ]
    assert {(person.id_number.reveal()[:2], person.phone.reveal()[:3]) for person in people_of} == {("99", "100")}


# --- the command --------------------------------------------------------------------------------------------------------
def told_by_command():
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def test_the_command_refuses_where_it_is_no_demonstration(settings, loaded):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        told_by_command()


def test_a_load_that_was_cut_off_is_told_and_a_whole_one_only_tells_its_accounts(settings, loaded):
    settings.DEMO = True
    with pytest.raises(CommandError, match="make reset"):
        told_by_command()
    for stage in loaded.running:
        story.take_stock(stage, at=story.moment(TODAY, "08:00"))
    told = told_by_command()
    assert (people.PASSWORD in told, "zhouyanqiu" in told, "载入示例数据" in told) == (True, True, False)
    assert Tenant.objects.count() == 2
