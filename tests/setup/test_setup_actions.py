"""Beginning a contract, changing its sections, letting it be performed: whole or not at all, and noticed by others."""

from datetime import date
from decimal import Decimal

import pytest

from config.contract_file import load
from config.setup import actions, queries
from contracts.actions import decide_reading
from contracts.models import Contract, ContractFile, OpenReading, PaymentTerm
from services.actions.indicators import save_indicator
from services.actions.readings import confirm_reading
from services.models import Indicator
from tenancy.models import AuditEvent
from tenancy.problems import Conflict, Refused
from tests.cast import at
from tests.setup.conftest import EVENTS, HEAD

MONEY = {"amount": Decimal("36000.00")}
TERMS = [{"no": 1, "title": "全款", "share": Decimal(1), "triggers": ["indicators_complete", "term_over"], "due_from": "term_over", "due_within": 10}]  # fmt: skip


def save(draft, name, value, by, mark=None):
    present = queries.draft(draft)[0].get(name)
    return actions.save_section(draft, name, value, mark=mark or queries.mark(present), by=by, at=at())


def ready(draft, act):
    """Everything that the draft needs beside its confirmations."""
    contract = queries.draft(draft)[0]["contract"]
    save(draft, "contract", contract | MONEY, act.contract_manager)
    save(draft, "payment_terms", TERMS, act.contract_manager)
    return save_indicator(draft, EVENTS, version=0, by=act.contract_manager, at=at())


def test_a_contract_begins_with_its_head_alone(draft, act):
    assert (draft.code, draft.state, draft.provider, draft.starts_on) == (
        "QH02",
        "draft",
        act.provider,
        HEAD["starts_on"],
    )
    assert AuditEvent.objects.filter(action="contract.loaded", object_id=draft.pk).count() == 2


def test_a_code_that_is_taken_begins_nothing(draft, act):
    with pytest.raises(Refused, match="合同代号 QH02 已使用"):
        actions.start_blank(contract=HEAD, provider=None, by=act.contract_manager, at=at())
    assert Contract.objects.filter(code="QH02").count() == 1


def test_a_pattern_gives_way_to_ones_own_parties_term_and_areas(mentougou, mtg04, act):
    streets = [act.streets["柳林街道"], act.streets["石桥街道"]]
    head = HEAD | {
        "starts_on": date(2026, 4, 18),
        "ends_on": date(2027, 4, 17),
        "signed_on": None,
        "delivery_deadline": None,
    }
    contract = actions.start_from_library(
        mtg04, contract=head, provider=act.rival, streets=streets, by=act.contract_manager, at=at()
    )
    data, _ = queries.draft(contract)
    assert (contract.state, contract.provider, contract.signed_on) == ("draft", act.rival, None)
    assert data["areas"]["districts"] == {
        "青河区": {"柳林街道": ["柳林一社区", "柳林二社区"], "石桥街道": ["石桥社区", "桥西社区"]}
    }
    assert contract.indicators.count() == 28
    assert contract.indicators.get(code="MTG04-12").definition["within"] == ["2026-06-01", "2027-01-31"]
    assert "协力" not in ContractFile.objects.get(contract=contract).text.partition("price_lines:")[0]


def test_an_uploaded_file_with_faults_tells_them_all_and_loads_nothing(mentougou, mtg04, act):
    wrong = mtg04.replace("amount: 554816.00", "amount: 554817.00").replace("quantity: 486", "quantity: 487")
    with pytest.raises(Refused) as refused:
        actions.start_from_text(wrong, provider=None, by=act.contract_manager, at=at())
    assert sorted({fault.path for fault in refused.value.problems}) == [
        "contract.amount", "contract.amount_in_words", "payment_terms[1].amount", "payment_terms[2].amount", "price_lines[2].amount",
    ]  # fmt: skip
    assert Contract.objects.filter(code="MTG04").exists() is False


def test_an_uploaded_signed_contract_is_a_draft_until_both_sides_confirm(mentougou, mtg04, act):
    assert actions.start_from_text(mtg04, provider=None, by=act.contract_manager, at=at()).state == "draft"


def test_a_section_that_contradicts_another_is_refused_with_every_fault(draft, act):
    save(draft, "contract", queries.draft(draft)[0]["contract"] | MONEY, act.contract_manager)
    lines = [{"no": 1, "title": "活动", "quantity": 12, "unit": "场", "unit_price": 3000, "amount": 30000}, {"no": 1, "title": "小组", "quantity": 1, "unit": "个", "amount": "很多"}]  # fmt: skip
    with pytest.raises(Refused) as refused:
        save(draft, "price_lines", lines, act.contract_manager)
    assert sorted((fault.path, fault.message.split(" ")[0]) for fault in refused.value.problems) == [
        ("price_lines[1].amount", "合价"),
        ("price_lines[1].amount", "合价应为金额，现为"),
        ("price_lines[1].no", "1"),
    ]
    assert draft.pricelines.count() == 0


def test_two_who_change_one_section_notice_each_other_and_two_sections_do_not_disturb(draft, act):
    seen = queries.mark(queries.draft(draft)[0].get("phases"))
    phase = {"title": "筹备", "starts_on": date(2024, 1, 2), "ends_on": date(2024, 2, 1)}
    save(draft, "phases", [phase], act.contract_manager)
    save(draft, "payment_terms", TERMS, act.contract_manager)
    with pytest.raises(Conflict):
        save(draft, "phases", [phase | {"title": "准备"}], act.contract_manager, mark=seen)
    assert [row.title for row in draft.phases.all()] == ["筹备"]


def test_a_contract_at_work_is_not_edited(act):
    with pytest.raises(Refused, match="合同已在履行"):
        actions.save_section(act.contract, "phases", [], mark=queries.mark(None), by=act.contract_manager, at=at())
    with pytest.raises(Refused, match="合同已在履行"):
        save_indicator(act.contract, EVENTS, version=0, by=act.contract_manager, at=at())


def test_everything_that_is_missing_is_told_at_once_before_a_contract_is_performed(draft, act):
    save_indicator(draft, EVENTS, version=0, by=act.contract_manager, at=at())
    save_indicator(
        draft, EVENTS | {"id": "B", "zh": "计划场次", "force": "plan"}, version=0, by=act.contract_manager, at=at()
    )
    OpenReading.objects.create(
        contract=draft, code="A", title="场次", problem="不一", treatment="从宽", choices={"a": "宽", "b": "严"}
    )
    with pytest.raises(Refused) as refused:
        actions.activate_contract(draft, by=act.contract_manager, at=at())
    assert refused.value.problems == [
        "合同价款未填",
        "付款约定未填",
        "指标“社区活动”甲方未确认，乙方未确认",
        "待明确事项“场次”未选定",
    ]


def test_a_contract_is_performed_once_both_sides_confirm_and_its_payments_open(draft, act):
    row = ready(draft, act)
    reading = OpenReading.objects.create(
        contract=draft, code="A", title="场次", problem="不一", treatment="从宽", choices={"a": "宽"}
    )
    confirm_reading(row, version=1, by=act.contract_manager, at=at())
    with pytest.raises(Refused):
        actions.activate_contract(draft, by=act.contract_manager, at=at())
    confirm_reading(row, version=1, by=act.agency_manager, at=at())
    decide_reading(reading, choice="a", reason="会议纪要", by=act.contract_manager, at=at())
    actions.activate_contract(draft, by=act.contract_manager, at=at())
    draft.refresh_from_db()
    assert (draft.state, [one.amount for one in draft.milestones.all()]) == ("active", [Decimal("36000.00")])
    with pytest.raises(Conflict):
        actions.activate_contract(draft, by=act.contract_manager, at=at())


def test_a_signed_contract_from_a_file_is_performed_without_a_confirmation_on_screen(mentougou, mtg04):
    contract = load(mtg04, by=mentougou.contract_manager, at=at()).contract
    assert (contract.state, PaymentTerm.objects.filter(contract=contract).count()) == ("active", 2)
    assert Indicator.objects.filter(contract=contract, versions__isnull=True).count() == 0
