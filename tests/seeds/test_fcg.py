"""Every number of the rescue station's contract, as the tables have it after loading. F145 is line 145 of the plan."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from config.contract_file import checked, export, load
from contracts.actions import decide_reading
from contracts.models import ContractFile, Label
from services.indicators.measure import measure_contract
from services.models import ActivityKind
from tenancy.models import Organisation
from tests.cast import at

FILE = Path("contracts/library/fcg.yaml")
PAYMENTS = [
    (1, Decimal("0.50"), ["contract_signed"], "contract_signed", 20),
    (2, Decimal("0.30"), ["served_3_months", "midterm_passed"], "midterm_passed", None),
    (3, Decimal("0.20"), ["term_over", "final_passed", "acceptance_passed"], "acceptance_passed", 15),
]
DEADLINES = [
    ("FCG-D01", 7, "calendar_days", "F260"),
    ("FCG-D02", 20, "working_days", "F300"),
    ("FCG-D03", 15, "working_days", "F300"),
    ("FCG-D04", 5, "working_days", "F302"),
    ("FCG-D05", 10, "calendar_days", "F306"),
    ("FCG-D06", 1, "months", "F293"),
    ("FCG-D07", 10, "working_days", "F331"),
    ("FCG-D08", 3, "months", "F45, F47, F121, F123"),
    ("FCG-D09", 12, "months", "F314"),
]
ALL, NONE = {"eq": 100}, {"eq": 0}
GE = {number: {"ge": number} for number in (1, 2, 4, 5, 6, 10, 20, 24, 30, 85, 90, 95, 98)}
# title, what it must come to (a grid's limit of every cell in brackets, with the target beside it if it isn't all), line
INDICATORS = [
    ("街道救助点月访", [GE[1]], "F31, F62, F64, F66, F69, F71"),
    ("每周走访点数", [GE[2]], "F69"),
    ("救助点物资及流浪人员月统计", [GE[1]], "F68, F73"),
    ("24小时内开展寻亲", ALL, "F32, F33, F80, F85"),
    ("回访对象抽取比例", GE[20], "F89"),
    ("每周电话回访", [GE[1]], "F35, F89"),
    ("参与宣传场次", GE[24], "F38, F100"),
    ("每月巡查", [GE[10]], "F102"),
    ("巡查月报表", [GE[1]], "F104"),
    ("外展服务", GE[20], "F106"),
    ("首次沟通评估率", ALL, "F145"),
    ("评估表关键信息完整度", GE[95], "F145"),
    ("个性化照料方案及时率", GE[98], "F146"),
    ("方案需求匹配度", GE[90], "F146"),
    ("心理疏导覆盖率", [GE[1]], "F154"),
    ("每周疏导频次", [GE[2]], "F154"),
    ("情绪量表下降幅度", GE[30], "F156"),
    ("心理安全感自评达标率", GE[85], "F156"),
    ("特殊饮食满足率", ALL, "F164"),
    ("餐食卫生抽检合格率", ALL, "F164"),
    ("食品安全事故", NONE, "F164"),
    ("每日食谱公示率", [GE[1], ALL], "F166"),
    ("餐食满意度", GE[4], "F166"),
    ("营养搭配达标率", GE[95], "F166"),
    ("行动不便者基础护理覆盖率", [GE[1]], "F174"),
    ("衣物被褥更换", [GE[2]], "F174"),
    ("清洁消毒", [GE[1]], "F174"),
    ("环境卫生抽检合格率", ALL, "F174"),
    ("异味投诉", NONE, "F174"),
    ("作息依从率", GE[95], "F182"),
    ("就餐服药提醒到位率", ALL, "F182"),
    ("因提醒缺失漏餐漏药", NONE, "F182"),
    ("作息规律养成率", GE[90], "F182"),
    ("特殊群体专人照料覆盖率", ALL, "F190"),
    ("辅具适配准确率", GE[98], "F190"),
    ("适配不当投诉", NONE, "F190"),
    ("定制化服务配备及时率", ALL, "F190"),
    ("特殊需求响应", ALL, "F190"),
    ("个性化照料满意度", GE[90], "F190"),
    ("每日安全巡查", [GE[4]], "F198"),
    ("隐患整改率", ALL, "F198"),
    ("危险物品收缴登记准确率", ALL, "F198"),
    ("应急演练", [GE[1]], "F200"),
    ("受助人员安全事故", NONE, "F200"),
    ("自伤冲突响应", ALL, "F200"),
    ("离站手续办结及时率", GE[98], "F208"),
    ("返乡车票落实准确率", ALL, "F208"),
    ("离站台账完整度", ALL, "F208"),
    ("亲属/接收机构对接正确率", GE[95], "F210"),
    ("衔接疏漏二次流浪", NONE, "F210"),
    ("建档率", ALL, "F234, F235"),
    ("首接响应及时", ALL, "F242, F244, F245"),
    ("社工介入率", [GE[1], GE[90]], "F252, F253"),
    ("受助对象满意度", GE[95], "F260, F261"),
    ("跨部门联合救助", GE[5], "F268, F269"),
    ("困境预防与救助宣传", GE[5], "F276, F277"),
    ("专职驻场项目主管", {"eq": 1}, "F286"),
    ("总人数", GE[6], "F286"),
    ("持证社工", GE[2], "F286"),
    ("男性年龄", ALL, "F286"),
    ("女性年龄", ALL, "F286"),
    ("学历与返聘", ALL, "F286"),
    ("问题回应", ALL, "F316"),
    ("到场", ALL, "F316"),
]
# Limits in hours, minutes, years and the like that stand in a gate.
LIMITS = {
    "FCG-01": ("minutes", {"ge": 120}),
    "FCG-04": ("hours", {"le": 24}),
    "FCG-11": ("hours", {"le": 24}),
    "FCG-15": ("minutes", {"ge": 30}),
    "FCG-16": ("minutes", {"ge": 30}),
    "FCG-38": ("hours", {"le": 1}),
    "FCG-45": ("minutes", {"le": 5}),
    "FCG-52": ("hours", {"le": 2}),
    "FCG-60": ("age", {"le": 55}),
    "FCG-61": ("age", {"le": 50}),
    "FCG-63": ("hours", {"le": 2}),
    "FCG-64": ("hours", {"le": 12}),
    "FCG-13": ("hours", {"le": "$care_plan_hours"}),
    "FCG-18": ("score", {"ge": "$safety_pass"}),
    "FCG-37": ("hours", {"le": "$customised_supply_hours"}),
    "FCG-46": ("hours", {"le": "$discharge_hours"}),
}


@pytest.fixture(scope="module")
def text():
    return FILE.read_text(encoding="utf-8")


@pytest.fixture
def station(act):
    """The cast's bureau under the station's name; the plan names no place that is served alone."""
    Organisation.objects.filter(kind="purchaser").update(name="防城港市救助管理站")
    return act


@pytest.fixture
def contract(station, text):
    return load(text, by=station.contract_manager, at=at("2025-04-01 09:00")).contract


def test_nothing_is_wrong_with_the_file(text):
    assert [str(fault) for fault in checked(text).faults] == []


def test_a_draft_of_twelve_months_without_price_provider_or_dates(contract):
    assert (contract.code, contract.state, contract.provider, contract.amount) == ("FCG", "draft", None, None)
    assert (contract.signed_on, contract.starts_on, contract.ends_on) == (None, None, None)
    assert (contract.terms["term"]["months"], contract.terms["term"]["source"]) == (12, "F20, F289, F308")
    assert contract.terms["legal_basis"] == "一般政府采购"


def test_a_budget_of_about_590000_and_its_two_parts(contract):
    budget = contract.terms["budget"]
    assert (budget["amount"], budget["about"], budget["source"]) == ("590000.00", True, "F298")
    shares = [(row["title"], row["share"], row["source"]) for row in contract.terms["cost_shares"]]
    assert shares == [("服务实施费用", "0.67", "F304"), ("项目综合管理服务费", "0.33", "F304")]


def test_fifty_thirty_twenty(contract):
    rows = [(row.no, row.share, row.triggers, row.due_from, row.due_within) for row in contract.paymentterms.all()]
    assert rows == PAYMENTS
    assert {(row.invoice, row.source) for row in contract.paymentterms.all()} == {("before", "F300, F302")}
    assert contract.milestones.count() == 0


def test_the_deadlines(contract):
    assert [(row.code, row.within, row.unit, row.source) for row in contract.deadlines.all()] == DEADLINES


def test_midterm_and_final_evaluation_with_what_follows(contract):
    midterm, final = contract.terms["evaluations"]
    assert (midterm["stage"], midterm["scheme"], midterm["after_months"], midterm["source"]) == (
        "midterm",
        "pass_fail",
        3,
        "F300, F302",
    )
    assert (final["stage"], final["full_marks"], final["pass"], final["source"]) == (
        "final",
        100,
        {"ge": 80},
        "F289, F293, F295",
    )
    assert (final["commissioned_by"], final["organiser"], final["paid_by"], final["rechecked_by"]) == (
        "purchaser",
        "provider",
        "provider",
        "purchaser",
    )
    followed = [
        (row.get("score") or row["result"], row["effects"], row.get("years"), row["source"])
        for evaluation in (midterm, final)
        for row in evaluation["consequences"]
    ]
    assert followed == [
        ("passed", ["pay"], None, "F300"),
        ("failed", ["hold_payment", "rectify"], None, "F302"),
        ("rectification_failed", ["terminate", "debar"], 3, "F302"),
        ({"ge": 80}, ["pay"], None, "F293"),
        ({"lt": 80}, ["rectify", "re_evaluate", "hold_payment"], None, "F295"),
        ("rectification_failed", ["terminate", "cancel_payment"], None, "F293"),
    ]


def test_penalties_end_and_three_years_without_a_contract(contract):
    rows = [(row.code, row.rate, row.amount, row.source) for row in contract.penaltyrules.all()]
    assert rows == [
        ("FCG-P1", None, None, "F302"),
        ("FCG-P2", None, None, "F293, F295"),
        ("FCG-P3", None, None, "F327"),
    ]
    assert [(row["years"], row["source"]) for row in contract.terms["debarment"]] == [(3, "F302")]
    assert [row["source"] for row in contract.terms["termination"]] == ["F302", "F293"]


def test_who_has_to_be_there(contract):
    assert [(row["post"], row["number"]) for row in contract.terms["staffing"]] == [
        ("project_supervisor", "1 名"),
        ("worker", "总人数不低于 6 名"),
        ("social_worker", "不少于 2 人"),
    ]


def test_the_64_indicators(contract):
    rows = list(contract.indicators.all())
    assert [row.code for row in rows] == [f"FCG-{number:02}" for number in range(1, 65)]
    found = []
    for row in rows:
        wanted, reach = row.definition.get("target"), row.definition.get("reach")
        grid = [limit for limit in (reach, wanted) if limit]
        found.append((row.title, grid if reach else wanted, row.definition["source"]))
    assert found == INDICATORS
    assert {row.force for row in rows} == {"hard"}
    assert [row.code for row in rows if not (row.sentence and row.clause and row.clause_text)] == []


@pytest.mark.parametrize(("code", "limit"), LIMITS.items())
def test_the_limits_that_a_row_must_keep(contract, code, limit):
    name, comparison = limit
    assert contract.indicators.get(code=code).definition["gate"][name] == comparison


def test_six_things_that_must_not_happen_need_a_return_every_month(contract):
    rows = contract.indicators.filter(definition__target={"eq": 0})
    assert {row.code: row.definition.get("nil") for row in rows} == dict.fromkeys(
        ["FCG-21", "FCG-29", "FCG-32", "FCG-36", "FCG-44", "FCG-50"], "month"
    )


def test_what_was_not_agreed_is_missing_and_nothing_else(contract):
    assert contract.parameters == dict.fromkeys(
        ["care_plan_hours", "customised_supply_hours", "discharge_hours", "safety_pass"]
    )
    contract.starts_on, contract.ends_on = date(2025, 5, 1), date(2026, 4, 30)
    contract.save()
    table = measure_contract(contract, on=date(2025, 5, 2))
    assert {row.code: row.missing for row in table.rows if row.status == "missing_parameter"} == {
        "FCG-13": ("care_plan_hours",),
        "FCG-18": ("safety_pass",),
        "FCG-37": ("customised_supply_hours",),
        "FCG-46": ("discharge_hours",),
    }


def test_every_rule_has_its_article_its_words_and_its_line(contract):
    rows = [
        *contract.paymentterms.all(),
        *contract.deadlines.all(),
        *contract.penaltyrules.all(),
        *contract.requireddocuments.all(),
    ]
    assert [row for row in rows if not (row.clause and row.clause_text and row.source.startswith("F"))] == []


def test_the_unclear_places(contract):
    rows = {row.code: (row.decision, row.default, sorted(row.choices)) for row in contract.openreadings.all()}
    switchable = {code: (default, choices) for code, (_none, default, choices) in rows.items() if choices}
    assert switchable == {
        "A-10": ("apart", ["apart", "both"]),
        "A-17": ("inclusive", ["exclusive", "inclusive"]),
        "A-41": ("ordinary", ["ordinary", "purchased_services"]),
        "FCG-R2": ("slots", ["slots", "times"]),
    }
    assert {decision for decision, *_ in rows.values()} == {""}
    assert sorted(set(rows) - set(switchable)) == [
        "A-11",
        "A-12",
        "A-13",
        "A-14",
        "A-15",
        "A-16",
        "A-18",
        "A-19",
        "A-34",
        "A-35",
        "A-36",
        "A-37",
        "FCG-R1",
    ]


@pytest.mark.parametrize(
    ("code", "choice", "indicator", "word", "value"),
    [
        ("A-10", "both", "FCG-56", "where", {"led_by": ["station", "social_worker"]}),
        ("A-10", "both", "FCG-56", "apart", None),
        ("A-17", "exclusive", "FCG-60", "gate", {"age": {"lt": 55}}),
        ("A-17", "exclusive", "FCG-61", "gate", {"age": {"lt": 50}}),
        ("FCG-R2", "times", "FCG-40", "count", None),
    ],
)
def test_another_reading_brings_its_indicator_along_and_back(contract, station, code, choice, indicator, word, value):
    before = contract.indicators.get(code=indicator).definition
    default = contract.openreadings.get(code=code).default
    for chosen, wanted in ((choice, value), (default, before.get(word))):
        reading = contract.openreadings.get(code=code)
        decide_reading(
            reading, choice=chosen, reason="站务会决定", by=station.contract_manager, at=at("2025-04-03 09:00")
        )
        assert contract.indicators.get(code=indicator).definition.get(word) == wanted


def test_every_kind_of_activity_has_a_name_and_knows_whom_it_is_for(contract):
    kinds = {kind.code: kind for kind in ActivityKind.objects.all()}
    counted = {
        kind
        for row in contract.indicators.all()
        for kind in row.definition.get("of", "").removeprefix("record.").split("|")
        if row.definition.get("of", "").startswith("record.")
    }
    assert sorted(counted - set(kinds)) == []
    assert {code: kinds[code].registers for code in ("point_visit", "cleaning", "phone_revisit")} == {
        "point_visit": ["rescue_point"],
        "cleaning": ["care_room"],
        "phone_revisit": ["revisit_sample", "key_person"],
    }
    assert Label.objects.get(family="incident", code="hazard").label == "安全隐患"


def test_loading_again_changes_nothing_and_the_export_is_the_file(contract, station, text):
    assert load(text, by=station.contract_manager, at=at("2025-04-02 09:00")).is_new is False
    assert ContractFile.objects.count() == 1
    assert export(contract) == text


def test_an_export_without_the_file_at_hand_says_the_same(contract, text):
    from config.contract_file import sections
    from contracts import contract_file

    data = contract_file.read(text).data
    assert sections(contract, data) == contract_file.pruned(data, contract_file.FILE)
