"""Every number of the Mentougou contract, as the tables have it after loading. The letters name lines of the contract's text."""

from datetime import date
from decimal import Decimal

import pytest

from contracts.models import Label
from contracts.queries import area_counts, areas_with_communities, damages
from contracts.rules import amount_in_words
from services.indicators.measure import measure_contract
from tenancy import workdays

PRICE_LINES = [
    (1, "新申请对象帮扶台账", 154, "户", 200, 30800, "MTG04-01", "M215"),
    (2, "重点对象定期回访", 486, "户次", 220, 106920, "MTG04-02", "M216"),
    (3, "个案帮扶", 154, "户", 2200, 338800, "MTG04-08", "M217"),
    (4, "专业小组", 6, "个", 1000, 6000, "MTG04-11", "M218"),
    (5, "社区活动", 12, "场", 3000, 36000, "MTG04-12", "M219"),
    (6, "管理费", 1, "项", 36296, 36296, "", "M220"),
]
PHASES = [
    ("准备", date(2024, 4, 18), date(2024, 5, 2)),
    ("街道、社区实地走访", date(2024, 4, 1), date(2024, 4, 30)),
    ("实地入户走访", date(2024, 5, 1), date(2024, 5, 31)),
    ("回访工作", date(2024, 5, 1), date(2025, 2, 28)),
    ("个案服务", date(2024, 5, 1), date(2025, 2, 28)),
    ("小组活动", date(2024, 6, 1), date(2025, 1, 31)),
    ("社区活动", date(2024, 6, 1), date(2025, 1, 31)),
    ("前期总结、纠偏和督导培训", date(2024, 8, 1), date(2024, 8, 31)),
    ("整理材料、结项验收报告", date(2025, 3, 1), date(2025, 3, 31)),
]
DEADLINES = [
    ("MTG04-D01", "ledger.sudden", 2, None, "working_days"),
    ("MTG04-D02", "ledger.found", 3, None, "working_days"),
    ("MTG04-D03", "case.first_contact", 10, None, "working_days"),
    ("MTG04-D04", "case.first_contact_crisis", 2, None, "working_days"),
    ("MTG04-D05", "case.assessment", 10, None, "working_days"),
    ("MTG04-D06", "case.plan", 5, None, "working_days"),
    ("MTG04-D07", "case.supervisor_review", 6, None, "months"),
    ("MTG04-D08", "case.follow_up", 6, 12, "months"),
    ("MTG04-D09", "record.fill", None, None, "working_days"),
    ("MTG04-D10", "query.reply", 5, None, "working_days"),
    ("MTG04-D11", "material.objection", 10, None, "calendar_days"),
    ("MTG04-D12", "lead.change", 5, None, "calendar_days"),
    ("MTG04-D13", "confidential.return", 3, None, "calendar_days"),
    ("MTG04-D14", "phase.preparation", 14, None, "calendar_days"),
    ("MTG04-D15", "contract.sign", 30, None, "calendar_days"),
    ("MTG04-D16", "contract.scan", 2, None, "working_days"),
    ("MTG04-D17", "payment.1", 10, None, "working_days"),
    ("MTG04-D18", "payment.2", 10, None, "working_days"),
]
PENALTIES = [
    ("MTG04-P1", Decimal("0.005"), None, "occurrence_or_day", {}),
    ("MTG04-P2", None, None, "", {"occurrences": 5, "days": 10}),
    ("MTG04-P3", None, Decimal("50000.00"), "occurrence", {}),
    ("MTG04-P4", None, None, "", {}),
    ("MTG04-P5", None, None, "", {}),
    ("MTG04-P6", None, None, "", {}),
]
COMMUNITIES = {
    "城子街道": "市场街 桥东街 西宁路 蓝龙家园 城子东街 七棵树西街 七棵树东街 广场 向阳 华新建 城子西街 矿桥东街 城子大街 燕保家园 新老宿舍 龙门新区一区 龙门新区三区 龙门新区四区 龙门新区五区 龙门新区六区",
    "大台街道": "落坡岭 桃园 双红 玉皇庙 千军台 大台 黄土台 灰地 木城涧",
    "军庄镇": "杨坨 北四 汇通新苑 军庄村 灰峪村 西杨坨村 东杨坨村 孟悟村 新村村 东山村 香峪村",
}
# code: (title, what it must come to, unit, force); a target of None is a grid's 100 %.
INDICATORS = [
    ("MTG04-01", "新增建档", {"ge": 154}, "户", "hard"),
    ("MTG04-02", "回访覆盖户数", {"ge": 486}, "户", "hard"),
    ("MTG04-03", "回访户次", {"ge": 486}, "户次", "hard"),
    ("MTG04-04", "回访季度频次", None, "次/户", "plan"),
    ("MTG04-05", "一般性对象巡视", None, "次", "plan"),
    ("MTG04-06", "无诉求对象走访", None, "次", "plan"),
    ("MTG04-07", "个案及重点对象走访", None, "次", "plan"),
    ("MTG04-08", "个案帮扶", {"ge": 154}, "户", "hard"),
    ("MTG04-09", "个案服务总次数", {"ge": 770}, "次", "plan"),
    ("MTG04-10", "典型案例", {"ge": 15}, "篇", "plan"),
    ("MTG04-11", "专业小组", {"ge": 6}, "个", "hard"),
    ("MTG04-12", "社区活动", {"ge": 12}, "场", "hard"),
    ("MTG04-13", "主题节日活动", {"eq": 5}, "场", "plan"),
    ("MTG04-14", "专业日常服务活动", {"eq": 3}, "场", "plan"),
    ("MTG04-15", "特色文化服务活动", {"eq": 4}, "场", "plan"),
    ("MTG04-16", "社团文化主题活动", {"eq": 2}, "场", "plan"),
    ("MTG04-17", "志愿服务活动", {"eq": 2}, "场", "plan"),
    ("MTG04-18", "满意度调查", "none", "%", "soft"),
    ("MTG04-19", "项目负责人", None, "名", "hard"),
    ("MTG04-20", "联络员", {"eq": 1}, "名", "hard"),
    ("MTG04-21", "专家", {"ge": 11}, "名", "plan"),
    ("MTG04-22", "志愿者招募培训", {"ge": 30}, "名", "plan"),
    ("MTG04-23", "选派志愿者", {"eq": 20}, "名", "plan"),
    ("MTG04-24", "入户小组", {"eq": 10}, "组", "plan"),
    ("MTG04-25", "入户效率", {"ge": 5}, "户/天/组", "plan"),
    ("MTG04-26", "电话回访组", {"eq": 2}, "组", "plan"),
    ("MTG04-27", "实地回访组", {"eq": 5}, "组", "plan"),
    ("MTG04-28", "入户安全人数", {"eq": 100}, "%", "plan"),
]


def test_the_contract_and_its_procurement(loaded):
    assert (loaded.code, loaded.lot, loaded.amount, amount_in_words(loaded.amount)) == (
        "MTG04",
        "04包",
        Decimal("554816.00"),
        "伍拾伍万肆仟捌佰壹拾陆元整",
    )
    assert (loaded.signed_on, loaded.starts_on, loaded.ends_on, loaded.delivery_deadline) == (
        date(2024, 4, 18),
        date(2024, 4, 18),
        date(2025, 4, 17),
        date(2024, 11, 30),
    )
    procurement = loaded.procurement
    assert (procurement.number, procurement.method, procurement.awarded_on) == (
        "ZCGH-ZB-202403009",
        "竞争性磋商",
        date(2024, 4, 1),
    )
    assert {role: party.get("copies") for role, party in loaded.terms["parties"].items()} == {
        "purchaser": 6,
        "provider": 1,
        "agent": 1,
    }


def test_the_price_lines_add_up(loaded):
    rows = [
        (row.no, row.title, row.quantity, row.unit, row.unit_price, row.amount, row.indicator, row.source)
        for row in loaded.pricelines.all()
    ]
    assert rows == PRICE_LINES
    assert sum(row.amount for row in loaded.pricelines.all()) == Decimal("554816.00")


def test_the_two_instalments_and_when_the_first_is_due(loaded):
    rows = [
        (row.no, row.share, row.amount, row.triggers, row.due_from, row.due_within, row.due_unit, row.invoice)
        for row in loaded.paymentterms.all()
    ]
    assert rows == [
        (1, Decimal("0.70"), Decimal("388371.20"), ["contract_signed"], "contract_signed", 10, "working_days", "with"),
        (
            2,
            Decimal("0.30"),
            Decimal("166444.80"),
            ["indicators_complete", "documents_delivered", "acceptance_passed"],
            "acceptance_passed",
            10,
            "working_days",
            "with",
        ),
    ]
    assert [(row.no, row.amount) for row in loaded.milestones.all()] == [
        (1, Decimal("388371.20")),
        (2, Decimal("166444.80")),
    ]
    assert workdays.calendar().add(loaded.signed_on, 10) == date(2024, 5, 6)


def test_the_phases(loaded):
    assert [(row.title, row.starts_on, row.ends_on) for row in loaded.phases.all()] == PHASES


def test_the_deadlines_and_the_steps_that_are_clocked_by_them(loaded):
    rows = list(loaded.deadlines.all())
    assert [(row.code, row.step, row.within, row.until, row.unit) for row in rows] == DEADLINES
    assert [row.code for row in rows if row.is_before] == ["MTG04-D12"]


def test_damages_of_half_a_per_cent_and_their_limits(loaded):
    assert [(row.code, row.rate, row.amount, row.basis, row.limits) for row in loaded.penaltyrules.all()] == PENALTIES
    found = damages(loaded)
    assert (found.rule.code, found.each, found.limit_rule.code) == ("MTG04-P1", Decimal("2774.08"), "MTG04-P2")


def test_three_subdistricts_with_32_communities_and_8_villages(loaded):
    assert area_counts(loaded) == (3, 32, 8)
    found = {street.name: [area.name for area in below] for street, below in areas_with_communities(loaded)}
    assert found == {
        street: [name if name.endswith("村") else f"{name}社区" for name in names.split()]
        for street, names in COMMUNITIES.items()
    }


def test_ten_results_are_due_with_fifteen_case_studies_among_them(loaded):
    results = [(row.kind, row.quantity) for row in loaded.requireddocuments.all() if row.is_result]
    assert len(results) == 10
    assert [row for row in results if row[1] != 1] == [("exemplar_case", 15)]


def test_the_28_indicators(loaded):
    rows = list(loaded.indicators.all())
    assert [(row.code, row.title, row.definition.get("target"), row.unit, row.force) for row in rows] == INDICATORS
    assert [row.code for row in rows if not row.sentence] == []


@pytest.mark.parametrize(
    ("code", "word", "said"),
    [
        ("MTG04-01", "pay", {"price": 200, "cap": 154}),
        ("MTG04-02", "pay", {"price": 220, "cap": 486}),
        ("MTG04-08", "pay", {"price": 2200, "cap": 154}),
        ("MTG04-11", "pay", {"price": 1000, "cap": 6}),
        ("MTG04-12", "pay", {"price": 3000, "cap": 12}),
        ("MTG04-11", "areas", {"ge": 2}),
        ("MTG04-12", "areas", {"ge": 4}),
        ("MTG04-12", "gate", {"participants": {"ge": 30, "le": 50}}),
        ("MTG04-09", "within", ["2024-05-01", "2025-02-28"]),
    ],
)
def test_what_an_indicator_says_beside_its_target(loaded, code, word, said):
    assert loaded.indicators.get(code=code).definition[word] == said


def test_every_promise_has_its_article_its_words_and_its_line(loaded):
    rows = [
        *loaded.pricelines.all(),
        *loaded.phases.all(),
        *loaded.paymentterms.all(),
        *loaded.deadlines.all(),
        *loaded.penaltyrules.all(),
        *loaded.requireddocuments.all(),
    ]
    assert [row for row in rows if not (row.clause and row.clause_text and row.source.startswith("M"))] == []
    assert [row.code for row in loaded.indicators.all() if not (row.clause and row.clause_text)] == []


def test_the_contradiction_of_deadline_and_plan_is_an_open_reading(loaded):
    reading = loaded.openreadings.get(code="A-01")
    assert (reading.decision, reading.default, sorted(reading.choices)) == ("", "deadline", ["deadline", "phases"])
    assert {"contract.delivery_deadline", "phases", "payment_terms"} == set(reading.about)
    assert [phase.title for phase in loaded.phases.all() if phase.ends_on > loaded.delivery_deadline] == [
        "回访工作",
        "个案服务",
        "小组活动",
        "社区活动",
        "整理材料、结项验收报告",
    ]


def test_the_monthly_report_is_marked_as_ours(loaded):
    report = loaded.terms["reports"][0]
    assert (report["kind"], report["every"], report["due"], report["asked_by"]) == (
        "monthly_report",
        "month",
        {"months": 1, "day": 5},
        "system",
    )


def test_every_code_that_the_contract_uses_has_a_chinese_word(loaded):
    assert Label.objects.get(family="post", code="project_lead").label == "项目负责人"
    assert Label.objects.count() == sum(len(words) for words in contract_labels(loaded).values())


def contract_labels(contract):
    from contracts.contract_file import read, source_of

    return read(source_of(contract)).data["labels"]


def test_all_28_are_measured_before_anything_was_done(loaded):
    table = measure_contract(loaded, on=date(2024, 5, 6))
    assert [row.indicator.code for row in table.rows] == [code for code, *_ in INDICATORS]
