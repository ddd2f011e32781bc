"""Chenghua's district centre and two packages of street centres, as the tables have them in one bureau. C48 is line 48 of the notice."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse

from config.contract_file import checked, export, load
from contracts import contract_file
from contracts.actions import decide_reading
from contracts.models import Contract, ContractFile, Label
from contracts.queries import area_counts
from services.models import ActivityKind
from tenancy import scope
from tenancy.problems import Refused
from tests.cast import at, make_cast
from tests.seeds.reaching import arrange, text_of

LIBRARY = Path("contracts/library")
TITLES = {
    "CH01": ("01包", "成都市成华区民政局区级中心运营管理项目", ()),
    "CH02": (
        "02包",
        "二仙桥、猛追湾、跳蹬河、双桥子、万年场、保和街道运营管理项目",
        ("二仙桥街道", "猛追湾街道", "跳蹬河街道", "双桥子街道", "万年场街道", "保和街道"),
    ),
    "CH03": (
        "03包",
        "府青路、双水碾、青龙、龙潭、白莲池街道运营管理项目",
        ("府青路街道", "双水碾街道", "青龙街道", "龙潭街道", "白莲池街道"),
    ),
}
LOTS = tuple(TITLES)
STREET_LOTS = LOTS[1:]
ONE = [{"ge": 1}]
# title, what it must come to (a grid's limit of every cell in brackets), unit, line
DISTRICT = [
    ("中心开放", ONE, "次", "C34"),
    ("项目团队人数", {"ge": 4}, "人", "C39"),
    ("岗位配备", ONE, "名", "C39"),
    ("数据库更新", ONE, "次", "C41"),
    ("调研报告", {"ge": 1}, "份", "C45"),
    ("季度实地督导", ONE, "次", "C48"),
    ("专题培训", {"ge": 4}, "次", "C49"),
    ("个案分析研讨会", ONE, "次", "C50"),
    ("急重难个案指导跟进", {"ge": 10}, "例", "C50"),
    ("个案案例集", {"ge": 1}, "册", "C50"),
    ("主题活动", {"ge": 8}, "次", "C52"),
    ("公众号更新", ONE, "次", "C55"),
    ("工作汇报", ONE, "份", "C56"),
    ("期刊", {"ge": 10}, "期", "C57"),
    ("省级及以上媒体", {"ge": 1}, "次", "C58"),
    ("市级媒体", {"ge": 1}, "次", "C58"),
    ("区级媒体", {"ge": 4}, "次", "C58"),
    ("链接资源单位", {"ge": 20}, "家", "C60"),
    ("资源帮扶对象", {"ge": 300}, "人", "C60"),
    ("募集资金", {"ge": 600000}, "元", "C60"),
    ("资源使用率", {"eq": 100}, "%", "C60"),
    ("服务对象满意度", {"ge": 80}, "%", "C61"),
    ("低保入户核查率", [{"ge": 1}, {"ge": 30}], "次", "C63"),
    ("特困入户核查率", ONE, "次", "C63"),
    ("临时救助入户核查率", ONE, "次", "C63"),
    ("特殊困难儿童入户核查率", ONE, "次", "C63"),
    ("核查资料季报", ONE, "次", "C63"),
]
# title, what each street must come to, unit, line; 社区工作联络 is asked of every community and has no limit of a street.
STREET = [
    ("中心开放", {"eq": 100}, "次", "C67"),
    ("项目团队人数", {"ge": 2}, "人", "C73"),
    ("岗位配备", {"eq": 100}, "人", "C73"),
    ("重点个案", {"ge": 10}, "例", "C75"),
    ("低保入户核查率", {"ge": 30}, "次", "C76"),
    ("特困入户核查率", {"eq": 100}, "次", "C76"),
    ("临时救助入户核查率", {"eq": 100}, "次", "C76"),
    ("特殊困难儿童入户核查率", {"eq": 100}, "次", "C76"),
    ("核查资料季报", {"eq": 100}, "次", "C76"),
    ("社区工作联络", None, "次", "C79"),
    ("社区联系会议", {"ge": 2}, "次", "C79"),
    ("每月上报五类材料", {"eq": 100}, "套", "C80"),
    ("月工作任务", {"eq": 100}, "%", "C80"),
    ("主题活动", {"ge": 4}, "场", "C82"),
    ("工作汇报", {"eq": 100}, "份", "C85"),
    ("区级及以上媒体", {"ge": 2}, "次", "C86"),
    ("链接资源单位", {"ge": 10}, "家", "C88"),
    ("资源帮扶对象", {"ge": 30}, "人", "C88"),
    ("募集资金物资服务", {"ge": 80000}, "元", "C88"),
    ("服务对象满意度", {"ge": 80}, "%", "C89"),
]


def data_of(lot):
    return contract_file.read(text_of(lot)).data


@pytest.fixture(scope="module")
def filed(django_db_setup, django_db_blocker):
    """(cast, {package: contract id}), loaded once; each test's own transaction undoes what it does to them."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        with scope.tenant(cast.tenant.pk):
            for lot in LOTS:
                arrange(cast, data_of(lot), text_of(lot))
            ids = {lot: load(text_of(lot), by=cast.contract_manager, at=at()).contract.pk for lot in LOTS}
        yield cast, ids
        transaction.set_rollback(True)


@pytest.fixture
def chenghua(filed, db):
    """The cast's bureau, which knows the streets and the purchaser of the three files."""
    with scope.tenant(filed[0].tenant.pk):
        yield filed[0]


@pytest.fixture
def lots(filed, chenghua):
    """The three contracts of the bureau, by package."""
    return {lot: Contract.objects.get(pk=pk) for lot, pk in filed[1].items()}


@pytest.mark.parametrize("lot", LOTS)
def test_nothing_is_wrong_with_the_file(lot):
    assert [str(fault) for fault in checked(text_of(lot)).faults] == []


def test_three_drafts_of_one_purchase_without_what_the_notice_leaves_open(lots):
    found = {
        lot: (row.lot, row.title, row.state, row.provider, row.amount, row.signed_on, row.starts_on, row.ends_on)
        for lot, row in lots.items()
    }
    assert found == {
        lot: (package, title, "draft", None, None, None, None, None) for lot, (package, title, _) in TITLES.items()
    }
    assert {(row.procurement_id, row.procurement.number, row.procurement.title) for row in lots.values()} == {
        (lots["CH01"].procurement_id, "", "四川省成都市成华区民政局区级及街道关爱援助中心运营管理项目")
    }
    assert {
        (row.terms["term"]["months"], row.terms["term"]["starts"], row.terms["term"]["source"]) for row in lots.values()
    } == {(12, "合同签订生效", "C92")}


def test_six_streets_and_five_and_the_whole_district(lots):
    assert {lot: tuple(row.area.name for row in lots[lot].contractareas.all()) for lot in LOTS} == {
        lot: streets for lot, (_, _, streets) in TITLES.items()
    }
    assert [area_counts(lots[lot]) for lot in LOTS] == [(0, 0, 0), (6, 0, 0), (5, 0, 0)]


@pytest.mark.parametrize("lot", LOTS)
def test_forty_thirty_thirty_and_what_each_waits_for(lots, lot):
    rows = [
        (row.no, row.share, row.amount, row.triggers, row.due_from, row.due_within, row.invoice, row.source)
        for row in lots[lot].paymentterms.all()
    ]
    assert rows == [
        (1, Decimal("0.40"), None, ["contract_signed"], "contract_signed", 10, "none", "C93"),
        (2, Decimal("0.30"), None, ["served_6_months", "midterm_passed"], "midterm_passed", None, "none", "C93"),
        (3, Decimal("0.30"), None, ["term_over", "annual_passed"], "annual_passed", None, "none", "C93"),
    ]


@pytest.mark.parametrize("lot", LOTS)
def test_two_evaluations_by_the_purchaser_without_a_score(lots, lot):
    terms = lots[lot].terms
    assert [
        (row["code"], row["stage"], row["scheme"], row["organiser"], row["after_months"], row.get("pass"))
        for row in terms["evaluations"]
    ] == [
        (f"{lot}-E1", "midterm", "pass_fail", "purchaser", 6, None),
        (f"{lot}-E2", "annual", "pass_fail", "purchaser", 12, None),
    ]
    assert [[(one["result"], one["effects"]) for one in row["consequences"]] for row in terms["evaluations"]] == [
        [("passed", ["pay"])],
        [("passed", ["pay"])],
    ]
    assert [name for name in ("acceptance", "termination", "debarment") if name in terms] == []
    assert (lots[lot].penaltyrules.count(), lots[lot].pricelines.count(), lots[lot].phases.count()) == (0, 0, 0)


def test_the_deadlines(lots):
    found = {
        lot: [
            (row.code, row.step, row.within, row.unit, row.is_before, row.source) for row in lots[lot].deadlines.all()
        ]
        for lot in LOTS
    }
    assert found["CH01"] == [
        ("CH01-D01", "", None, "working_days", True, "C52"),
        ("CH01-D02", "", None, "working_days", False, "C56"),
        ("CH01-D03", "payment.1", 10, "working_days", False, "C93"),
    ]
    for lot in STREET_LOTS:
        assert found[lot] == [
            (f"{lot}-D01", "", 5, "calendar_days", False, "C80"),
            (f"{lot}-D02", "", None, "working_days", False, "C84"),
            (f"{lot}-D03", "payment.1", 10, "working_days", False, "C93"),
            (f"{lot}-D04", "", None, "working_days", False, "C85"),
        ]


def told(row):
    """What a whole must come to: a grid's limit of a cell, and its own beside it."""
    grid, target = row.definition.get("reach"), row.definition.get("target")
    return target if grid is None else [grid] if target is None else [grid, target]


def test_the_27_of_the_district_centre(lots):
    rows = list(lots["CH01"].indicators.all())
    assert [(row.title, told(row), row.unit, row.definition["source"]) for row in rows] == DISTRICT
    assert [row.code for row in rows] == [f"CH01-{number:02}" for number in range(1, 28)]
    assert [row.code for row in rows if row.definition.get("derived")] == ["CH01-01", "CH01-05", "CH01-10", "CH01-21"]
    assert {row.force for row in rows} == {"hard"}
    assert [row.code for row in rows if not (row.sentence and row.clause and row.clause_text)] == []


@pytest.mark.parametrize("lot", STREET_LOTS)
def test_the_20_of_the_street_centres_are_asked_of_each_street(lots, lot):
    rows = list(lots[lot].indicators.all())
    assert [(row.title, row.definition.get("areas"), row.unit, row.definition["source"]) for row in rows] == STREET
    assert [row.code for row in rows] == [f"{lot}-{number:02}" for number in range(1, 21)]
    assert [row.code for row in rows if row.definition.get("target")] == []
    assert [row.code for row in rows if row.definition.get("derived")] == [f"{lot}-01", f"{lot}-13"]
    assert {row.force for row in rows} == {"hard"}


def test_the_two_street_packages_differ_in_nothing_but_their_names():
    def neutral(lot):
        text = (
            text_of(lot)
            .replace("02、03包", "两包")
            .replace(lot, "CHX")
            .replace(TITLES[lot][0], "包")
            .replace(TITLES[lot][1], "标的")
        )
        text = re.sub(r"( {6}\S+街道: \[\]\n)+", "", text)
        text = text.replace(f"本包含 {len(TITLES[lot][2])} 个街道", "本包含几个街道")
        return re.sub(r"C(18|24)\b", "Cx", re.sub(r"C(20|26)\b", "Cy", text))

    assert neutral("CH02") == neutral("CH03")


@pytest.mark.parametrize(
    ("code", "word", "said"),
    [
        ("CH01-01", "every", "open_day"),
        ("CH01-03", "each", {"field": "post", "in": ["project_lead", "case_supervisor", "project_resource_officer", "bureau_clerk"]}),
        ("CH01-05", "gate", {"recommendations": True, "submitted_to": "bureau"}),
        ("CH01-06", "each", {"register": "street_centre"}),
        ("CH01-11", "gate", {"plan_filed_on": {"before": "day"}}),
        ("CH01-13", "every", ["month", "half", "year"]),
        ("CH01-15", "where", {"level": {"ge": "provincial"}}),
        ("CH01-16", "where", {"level": "municipal"}),
        ("CH01-20", "gate", {"valuation_basis": {"given": True}}),
        ("CH01-21", "over", {"of": "record.resource_link", "count": {"sum": "value"}}),
        ("CH02-10", "each", {"area": "community"}),
        ("CH02-12", "due", {"months": 1, "day": 5}),
        ("CH02-12", "gate", {"papers": ["brief", "database", "case_ledger", "resource_ledger", "volunteer_ledger"]}),
        ("CH03-19", "gate", {"fund_channel": ["designated_platform", "offline_directed"]}),
    ],
)  # fmt: skip
def test_what_an_indicator_says_beside_its_target(lots, code, word, said):
    assert lots[code[:4]].indicators.get(code=code).definition[word] == said


def test_who_has_to_be_there(lots):
    assert {lot: [(row["post"], row["number"]) for row in lots[lot].terms["staffing"]] for lot in LOTS} == {
        "CH01": [
            ("team_member", "不少于 4 人"),
            ("project_lead", "至少 1 名"),
            ("case_supervisor", "至少 1 名"),
            ("project_resource_officer", "至少 1 名"),
            ("bureau_clerk", "至少 1 名"),
        ],
        **{
            lot: [("team_member", "不少于 2 人"), ("project_lead", "至少 1 人"), ("project_officer", "至少 1 人")]
            for lot in STREET_LOTS
        },
    }


def test_reports_and_papers(lots):
    assert [(row["kind"], row.get("every")) for row in lots["CH01"].terms["reports"]] == [
        ("work_report", "month"),
        ("work_report", "half"),
        ("work_report", "year"),
        ("verification_data", "quarter"),
        ("research_report", None),
        ("mental_health_plan", None),
    ]
    pack = lots["CH02"].terms["reports"][0]
    assert (pack["kind"], pack["every"], pack["due"]) == ("monthly_pack", "month", {"months": 1, "day": 5})
    assert {lot: lots[lot].requireddocuments.count() for lot in LOTS} == {"CH01": 22, "CH02": 17, "CH03": 17}


def test_unclear_places_are_open_readings_with_a_default_that_may_be_chosen(lots):
    found = {
        lot: {row.code: (row.default, sorted(row.choices)) for row in lots[lot].openreadings.all()} for lot in LOTS
    }
    assert {code: said for code, said in found["CH01"].items() if said[0]} == {
        "A-21": ("per_centre", ["overall", "per_centre"]),
        "A-22": ("literal", ["literal", "workday"]),
        "A-23": ("start", ["any", "start"]),
        "A-30": ("exact", ["exact", "higher"]),
        "CH01-R3": ("at_least", ["at_least", "exactly"]),
    }
    for lot in STREET_LOTS:
        assert {code: said for code, said in found[lot].items() if said[0]} == {
            "A-21": ("per_street", ["per_package", "per_street"]),
            "A-22": ("literal", ["literal", "workday"]),
            "A-23": ("start", ["any", "start"]),
            f"{lot}-R2": ("two", ["all", "two"]),
        }
    assert {lot: [code for code, said in rows.items() if not said[0]] for lot, rows in found.items()} == {
        "CH01": ["A-14", "A-20", "A-35", "A-39", "A-40", "CH01-R1", "CH01-R2"],
        "CH02": ["A-14", "A-20", "A-30", "A-35", "A-39", "A-40", "CH02-R1", "CH02-R3"],
        "CH03": ["A-14", "A-20", "A-30", "A-35", "A-39", "A-40", "CH03-R1", "CH03-R3"],
    }


@pytest.mark.parametrize("lot", LOTS)
def test_every_article_has_its_words_and_its_line(lot):
    sections = ("payment_terms", "deadlines", "evaluations", "required_documents", "staffing", "obligations", "other_terms", "indicators")  # fmt: skip
    rows = [(section, index, entry) for section in sections for index, entry in enumerate(data_of(lot)[section])]
    assert [
        (section, index)
        for section, index, entry in rows
        if not (
            entry.get("clause") and entry.get("clause_text") and re.fullmatch(r"C\d+(, C\d+)*", entry.get("source", ""))
        )
    ] == []


# --- three lots of one bureau --------------------------------------------------------------------------------------------
def test_a_kind_or_a_word_is_the_same_in_every_file_of_the_bureau():
    kinds, words = {}, {}
    for lot in LOTS:
        data = data_of(lot)
        for kind in data["activity_kinds"]:
            kinds.setdefault(kind["code"], []).append(kind)
        for family, known in data["labels"].items():
            for code, word in known.items():
                words.setdefault((family, code), set()).add(word)
    assert [code for code, said in kinds.items() if any(kind != said[0] for kind in said)] == []
    assert {place: said for place, said in words.items() if len(said) > 1} == {}


def test_each_is_loaded_once_however_often_and_gives_back_its_own_file(lots, chenghua):
    def counted():
        return [model.objects.count() for model in (Contract, ContractFile, Label, ActivityKind)]

    before = counted()
    assert [load(text_of(lot), by=chenghua.contract_manager, at=at()).is_new for lot in LOTS] == [False] * 3
    assert counted() == before
    assert [lot for lot in LOTS if export(lots[lot]) != text_of(lot)] == []


# --- unclear places that switch the indicators -----------------------------------------------------------------------------
def decide(contract, code, choice, by):
    decide_reading(contract.openreadings.get(code=code), choice=choice, reason="签订会议纪要", by=by, at=at())


def said_of(contract):
    return {row.code: row.definition | {"sentence": row.sentence} for row in contract.indicators.all()}


def test_asked_of_the_package_instead_of_each_street_and_back(lots, chenghua):
    contract, by = lots["CH02"], chenghua.contract_manager
    before = said_of(contract)
    decide(contract, "A-21", "per_package", by)
    after = said_of(contract)
    assert [code for code, said in after.items() if "areas" in said] == []
    assert [code for code in before if after[code] == before[code]] == ["CH02-10"]
    assert {code: after[code]["target"] for code in after if "target" in after[code]} == {
        "CH02-02": {"ge": 2}, "CH02-04": {"ge": 10}, "CH02-05": {"ge": 30}, "CH02-11": {"ge": 2}, "CH02-13": {"eq": 100}, "CH02-14": {"ge": 4},
        "CH02-16": {"ge": 2}, "CH02-17": {"ge": 10}, "CH02-18": {"ge": 30}, "CH02-19": {"ge": 80000}, "CH02-20": {"ge": 80},
    }  # fmt: skip
    assert ("每个街道" in before["CH02-14"]["sentence"], "每个街道" in after["CH02-14"]["sentence"]) == (True, False)
    decide(contract, "A-21", "per_street", by)
    assert {code: said | {"sentence": ""} for code, said in said_of(contract).items()} == {
        code: said | {"sentence": ""} for code, said in before.items()
    }


def test_two_decisions_stand_beside_each_other_and_the_file_stays_as_it_was(lots, chenghua):
    contract, by = lots["CH02"], chenghua.contract_manager
    decide(contract, "A-22", "workday", by)
    decide(contract, "A-21", "per_package", by)
    opened = contract.indicators.get(code="CH02-01").definition
    assert (opened["every"], "areas" in opened) == ("workday", False)
    assert export(contract) == text_of("CH02")
    load(text_of("CH02") + "# 再核对一遍\n", by=by, at=at())
    assert contract.indicators.get(code="CH02-01").definition == opened
    decide(contract, "A-22", "literal", by)
    opened = contract.indicators.get(code="CH02-01").definition
    assert (opened["every"], "areas" in opened) == ("open_day", False)


def test_once_it_is_performed_a_choice_that_changes_an_indicator_is_an_amendment(lots, chenghua):
    contract = lots["CH01"]
    Contract.objects.filter(pk=contract.pk).update(
        state="active", provider=chenghua.provider, amount=600000, signed_on=date(2025, 1, 1), starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31)
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        decide(contract, "A-30", "higher", chenghua.contract_manager)
    assert refused.value.problems == ["先办理变更：CH01-16、CH01-17"]
    assert contract.openreadings.get(code="A-30").decision == ""
    decide(contract, "A-30", "exact", chenghua.contract_manager)
    assert contract.openreadings.get(code="A-30").decision == "exact"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("      per_package:\n", "      per_contract:\n", "“per_contract”不是默认以外的可选处理"),
        ("CH02-02: {target: {ge: 2}, drop: [areas]}", "CH02-99: {target: {ge: 2}}", "没有指标或考核评估 CH02-99"),
        ("CH02-02: {target: {ge: 2}, drop: [areas]}", "CH02-02: {drop: [areas]}", "target：缺少目标；不考核的写 none"),
        ("CH02-02: {target: {ge: 2}, drop: [areas]}", "CH02-02: [areas]", "应写明各项指标改动的词"),
        ("CH02-01: {every: workday}", "CH02-01: {every: workday, drop: [areas]}", "areas 不能由两处待明确事项改动"),
        ("CH02-01: {every: workday}", "CH02-01: {id: X}", "不能改代号"),
    ],
)
def test_a_choice_that_would_make_nonsense_of_an_indicator_is_a_fault_of_the_file(old, new, told):
    assert old in text_of("CH02")
    faults = [
        fault for fault in checked(text_of("CH02").replace(old, new, 1)).faults if fault.path.startswith("readings")
    ]
    assert told in [fault.message for fault in faults]


# --- on screen -------------------------------------------------------------------------------------------------------------
def test_without_a_term_every_line_of_the_table_still_has_all_its_columns(lots, chenghua, sign_in):
    address = reverse("services:contract_indicators", args=["qinghe", lots["CH02"].pk])
    page = sign_in(chenghua.contract_manager).get(address).content.decode()
    table = page.partition("<table")[2].partition("</table>")[0]
    heads, lines = table.count("<th "), [row for row in table.split("<tr>")[2:] if "待约定" in row]
    assert (heads, {row.count("<td ") + row.count("<td>") for row in lines}, len(lines)) == (13, {13}, 18)


def test_the_handler_sees_what_a_choice_changes_and_chooses(lots, chenghua, sign_in):
    reading = lots["CH02"].openreadings.get(code="A-21")
    browser, address = (
        sign_in(chenghua.contract_manager),
        reverse("contracts:decide_reading", args=["qinghe", reading.pk]),
    )
    assert "整包合计达到（19 项指标随之改动）" in browser.get(address).content.decode()
    assert browser.post(address, {"choice": "per_package", "reason": "局长办公会纪要"}).status_code == 302
    assert lots["CH02"].indicators.get(code="CH02-14").definition["target"] == {"ge": 4}
