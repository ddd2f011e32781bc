"""The six packages of Nanchuan, as the tables have them after loading into one bureau. N58 is line 58 of the notice."""

import re
from pathlib import Path

import pytest
from django.db import transaction

from config.contract_file import checked, export, load
from contracts import contract_file
from contracts.actions import decide_reading
from contracts.models import Contract, Label, OpenReading
from contracts.queries import agreed_evaluations
from services.models import ActivityKind, Indicator
from tenancy import scope
from tests.cast import at, make_cast
from tests.seeds.reaching import arrange, text_of

LIBRARY = Path("contracts/library")
LOTS = [f"NC{number}" for number in range(1, 7)]
# package: (title, short title, where, the line of the place; no street is named where the whole district is served)
PLACES = {
    "NC1": ("社会工作管理服务项目", {}, ""),
    "NC2": ("留守（困境）儿童健康成长陪伴服务项目", {"南川区": {"东城街道": ["东金华社区"]}}, "N10"),
    "NC3": ("关爱老人社会工作服务项目", {"南川区": {"兴隆镇": ["永福村"]}}, "N13"),
    "NC4": ("社区基层治理服务项目", {"南川区": {"南城街道": ["龚家塘居委"]}}, "N16"),
    "NC5": ("助农增收乡村振兴服务项目", {}, ""),
    "NC6": ("和美乡村建设服务项目", {"南川区": {"太平镇": ["沙河村"]}}, "N22"),
}
GE = {number: {"ge": number} for number in (1, 2, 3, 4, 5, 6, 8, 10, 12, 20, 50, 60, 90, 100, 200, 1000)}
ALL = {"eq": 100}
STAFF = [("专职社工入驻", GE[1], "名"), ("工作人员资质", ALL, "%"), ("机构持证/社工专业人员", GE[2], "名")]
CLOSE = [("项目服务指标完成率", ALL, "%"), ("项目服务满意度", GE[90], "%")]
CARE = [
    ("个案辅导", GE[6], "个"),
    ("典型案例", GE[1], "个"),
    ("小组活动", GE[5], "个"),
    ("社区活动", GE[6], "场"),
    ("50人以上社区活动", GE[3], "场"),
    ("社工宣传周等活动", GE[1], "次"),
    ("区级及以上媒体", GE[6], "次"),
]
# title, what it must come to (a grid's limit of every cell in brackets), unit
INDICATORS = {
    "NC1": [
        *STAFF,
        ("调研报告", GE[1], "篇"),
        ("需求清单/项目库/资源库/人才库", [GE[1]], "份"),
        ("专业督导", GE[8], "场次"),
        ("月简报", [GE[1]], "份"),
        ("月工作总结", [GE[1]], "份"),
        ("个案管理协调督查", GE[12], "场次"),
        ("季度过程管理报告", [GE[1]], "份"),
        ("人才培训交流", GE[4], "场"),
        ("孵化组织每月跟进", [GE[1]], "次"),
        ("国家级媒体", GE[1], "篇"),
        ("市级媒体", GE[1], "篇"),
        ("区级媒体", GE[4], "篇"),
        ("公众号宣传", GE[12], "篇"),
        ("案例或论文", GE[1], "篇"),
        ("社工宣传周", GE[1], "次"),
        *CLOSE,
    ],
    "NC2": [*STAFF, ("需求清单与项目设计", GE[1], "份"), ("探访儿童", GE[100], "人"), *CARE, *CLOSE],
    "NC3": [*STAFF, ("需求清单与项目设计", GE[1], "份"), ("探访80岁以上老人", GE[100], "人"), *CARE, *CLOSE],
    "NC4": [
        *STAFF,
        ("社工专业培训", GE[2], "场"),
        ("治理人才培训", GE[20], "场次"),
        ("培育治理人才", GE[60], "人"),
        ("志愿服务队伍", GE[1], "个"),
        ("队伍核心成员", GE[10], "人"),
        ("季度志愿项目发布", [GE[1]], "个"),
        ("志愿服务时长", [GE[10]], "小时"),
        ("社区社会组织培育", GE[1], "支"),
        ("组织负责人培养", [GE[1]], "名"),
        ("指导组织开展活动", [GE[1]], "次"),
        ("社区治理专项基金", GE[1], "个"),
        ("链接慈善资源", GE[3], "个"),
        ("治理品牌或典型案例", GE[1], "个"),
        ("社区活动", GE[6], "场"),
        ("社工宣传周等活动", GE[1], "次"),
        ("治理宣传活动", GE[2], "场"),
        ("区级及以上媒体", GE[6], "次"),
        *CLOSE,
    ],
    "NC5": [
        *STAFF,
        ("招募志愿者", GE[10], "人"),
        ("受助农户名单", GE[1], "份"),
        ("农业技术培训", GE[20], "次"),
        ("培训受益人数", GE[200], "人"),
        ("亩均年收入", ALL, "%"),
        ("市级媒体", GE[1], "篇"),
        ("区级媒体", GE[5], "篇"),
        ("公众号或抖音", GE[10], "篇"),
        *CLOSE,
    ],
    "NC6": [
        *STAFF,
        ("调研报告", GE[1], "篇"),
        ("每月走访", [GE[2]], "次"),
        ("走访户数", GE[100], "户"),
        ("个案辅导", GE[6], "个"),
        ("典型案例", GE[1], "个"),
        ("小组活动", GE[5], "个"),
        ("人才培训讲座", GE[12], "场次"),
        ("培养专业技能人才", GE[50], "人"),
        ("宣传资料", GE[1000], "份"),
        ("政策宣讲", GE[12], "场次"),
        ("社工宣传周等活动", GE[1], "次"),
        ("区级及以上媒体", GE[6], "次"),
        *CLOSE,
    ],
}
# Targets that the notice does not print as a number: 均, 每月, 2024年社工宣传周 and the like. A purchaser may change them.
DERIVED = {
    "NC1": ["NC1-02", "NC1-05", "NC1-12", "NC1-18"],
    "NC2": ["NC2-02", "NC2-04"],
    "NC3": ["NC3-02", "NC3-04"],
    "NC4": ["NC4-02", "NC4-14"],
    "NC5": ["NC5-02", "NC5-05"],
    "NC6": ["NC6-02"],
}
# The line of the industry evaluation in each package.
EVALUATED = {"NC1": "N45", "NC2": "N70", "NC3": "N92", "NC4": "N114", "NC5": "N139", "NC6": "N163"}
READINGS = {
    "NC1": "A-24 A-25 A-26 A-27 A-29 A-30 NC1-R1 NC-R3 A-39 A-35",
    "NC2": "A-24 A-25 A-26 A-27 NC2-R1 NC2-R2 NC-R3 A-39 A-35",
    "NC3": "A-24 A-25 A-26 A-27 A-28 NC3-R1 NC3-R2 NC-R3 A-39 A-35",
    "NC4": "A-24 A-25 A-26 A-27 A-28 A-28b NC4-R2 NC-R3 A-39 A-35",
    "NC5": "A-24 A-25 A-26 A-27 A-30 A-28 A-28b NC5-R1 NC-R3 A-39 A-35",
    "NC6": "A-24 A-25 A-26 A-27 A-28 NC-R3 A-39 A-35",
}


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
def nanchuan(filed, db):
    """The cast's bureau, which knows the areas and the purchaser of the six files."""
    with scope.tenant(filed[0].tenant.pk):
        yield filed[0]


@pytest.fixture
def lots(filed, nanchuan):
    """The six contracts of the bureau, by package."""
    return {lot: Contract.objects.get(pk=pk) for lot, pk in filed[1].items()}


@pytest.mark.parametrize("lot", LOTS)
def test_nothing_is_wrong_with_the_file(lot):
    assert [str(fault) for fault in checked(text_of(lot)).faults] == []


def test_six_drafts_of_one_purchase_without_what_the_notice_leaves_open(lots):
    found = {
        lot: (row.state, row.provider, row.amount, row.signed_on, row.starts_on, row.ends_on, row.procurement.title)
        for lot, row in lots.items()
    }
    assert found == dict.fromkeys(LOTS, ("draft", None, None, None, None, None, "购买社会工作服务项目需求"))
    assert {row.procurement_id for row in lots.values()} == {lots["NC1"].procurement_id}
    assert {row.purchaser.name for row in lots.values()} == {"南川区民政局"}
    assert [
        row
        for row in lots.values()
        if row.pricelines.exists() or row.paymentterms.exists() or row.penaltyrules.exists()
    ] == []


def test_each_package_has_its_title_and_its_place(lots):
    for lot, (title, districts, line) in PLACES.items():
        areas = data_of(lot).get("areas", {})
        assert (lots[lot].title, areas.get("districts", {}), areas.get("source", "")) == (
            f"购买社会工作服务项目（项目包{lot[-1]}：{title}）",
            districts,
            line,
        )
        assert [row.area.name for row in lots[lot].contractareas.all()] == [
            street for streets in districts.values() for street in streets
        ]


@pytest.mark.parametrize("lot", LOTS)
def test_the_indicators(lots, lot):
    rows = list(lots[lot].indicators.all())
    assert [row.code for row in rows] == [f"{lot}-{number:02}" for number in range(1, len(INDICATORS[lot]) + 1)]
    found = [
        (row.title, [row.definition["reach"]] if "reach" in row.definition else row.definition["target"], row.unit)
        for row in rows
    ]
    assert found == INDICATORS[lot]
    assert [row.code for row in rows if row.definition.get("derived")] == DERIVED[lot]
    assert [row.code for row in rows if row.force != "hard"] == (["NC1-05"] if lot == "NC1" else [])
    assert [row.code for row in rows if not (row.sentence and row.clause and row.clause_text)] == []


def test_there_are_a_hundred_indicators(lots):
    assert Indicator.objects.filter(contract__in=lots.values()).count() == 100


@pytest.mark.parametrize("lot", LOTS)
def test_evaluations_and_what_follows_from_them(lots, lot):
    rows = lots[lot].terms["evaluations"]
    assert [(row["stage"], row["scheme"], row.get("pass")) for row in rows] == [
        ("spot_check", "none", None),
        ("midterm", "score", None),
        ("final", "score", {"ge": 70}),
        ("third_party", "pass_fail", None),
    ]
    consequences = [
        [(one.get("score") or one.get("reminders") or one["result"], one["effects"], one.get("months")) for one in row["consequences"]]
        for row in rows
    ]  # fmt: skip
    assert consequences == [
        [("failed", ["rectify"], None), ({"ge": 3}, ["terminate"], None)],
        [
            ({"ge": 80}, ["continue"], None),
            ({"ge": 70, "lt": 80}, ["rectify", "extend"], 1),
            ({"lt": 70}, ["terminate"], None),
        ],
        [({"lt": 70}, ["rectify"], None)],
        [("failed", ["rectify"], None)],
    ]
    assert [one["title"] for one in rows[1]["dimensions"]] == ["专业服务", "服务成效", "服务管理", "资金使用"]
    assert (rows[1]["source"], rows[1]["full_marks"], rows[1]["self_evaluation"]) == (EVALUATED[lot], 100, True)


@pytest.mark.parametrize("lot", LOTS)
def test_closing_needs_all_indicators_ninety_per_cent_and_the_bureau(lots, lot):
    steps = lots[lot].terms["acceptance"]["steps"]
    assert [step["title"] for step in steps] == [
        "项目服务指标完成率达 100%",
        "项目服务满意度达到 90%",
        "通过区民政局组织的评估验收",
    ]
    assert {step["source"] for step in steps} == {lots[lot].indicators.last().definition["source"]}


@pytest.mark.parametrize("lot", LOTS)
def test_who_has_to_be_there_and_what_may_not_be_done(lots, lot):
    terms = lots[lot].terms
    assert [(row["post"], row["number"]) for row in terms["staffing"][:2]] == [
        ("social_worker", "至少 1 名"),
        ("qualified_worker", "2 名以上"),
    ]
    assert [row["title"] for row in terms["obligations"]][-3:] == [
        "服务常态化开展，不得撤场、中断服务",
        "不得向服务对象收取服务费用",
        "组织平时考核、行业评估、第三方评估",
    ]
    assert [row["title"] for row in terms["termination"]] == [
        "提醒整改不到位，终止项目实施",
        "中期评估 70 分以下，取消继续服务资格，终止合同",
    ]


def test_the_brief_and_the_summary_are_due_on_the_25th_of_the_month_itself(lots):
    reports = {row["kind"]: (row.get("every"), row.get("due"), row["asked_by"]) for row in lots["NC1"].terms["reports"]}
    assert reports == {
        "monthly_brief": ("month", {"months": 0, "day": 25}, "contract"),
        "monthly_summary": ("month", {"months": 0, "day": 25}, "contract"),
        "process_report": ("quarter", None, "contract"),
        "monthly_report": ("month", {"months": 1, "day": 5}, "system"),
    }
    assert {lots["NC1"].indicators.get(code=code).definition["due"]["day"] for code in ("NC1-07", "NC1-08")} == {25}


@pytest.mark.parametrize(
    ("code", "word", "said"),
    [
        ("NC1-01", "gate", {"full_time": True, "resident_at": "guidance_centre"}),
        ("NC2-05", "where", {"listed": {"register": "child_in_difficulty"}}),
        ("NC2-06", "gate", {"standard_record": True, "has": [{"of": "record.case_session", "ge": 5}]}),
        ("NC2-10", "where", {"participants": {"ge": 50}}),
        ("NC2-10", "part_of", "NC2-09"),
        ("NC3-05", "where", {"person.age": {"ge": 80}}),
        ("NC4-04", "gate", {"participants": {"ge": 20}}),
        ("NC4-10", "every", "quarter"),
        ("NC5-08", "gate", {"income_per_mu": {"gt": 6000}}),
        ("NC6-05", "count", "day"),
        ("NC6-07", "gate", {"has": [{"of": "record.case_session", "ge": 5}]}),
    ],
)
def test_what_an_indicator_says_beside_its_target(lots, code, word, said):
    assert lots[code[:3]].indicators.get(code=code).definition[word] == said


@pytest.mark.parametrize("lot", LOTS)
def test_unclear_places_are_open_readings_with_a_default_that_may_be_chosen(lots, lot):
    rows = list(OpenReading.objects.filter(contract=lots[lot]))
    assert [row.code for row in rows] == READINGS[lot].split()
    assert {row.code: row.default for row in rows if row.code in ("A-25", "A-26")} == {
        "A-25": "exclusive",
        "A-26": "inclusive",
    }
    assert [row.code for row in rows if row.decision or not row.source] == []


@pytest.mark.parametrize(
    ("lot", "place", "choice", "code", "words"),
    [
        ("NC1", "A-30", "higher", "NC1-15", {"where": {"level": {"ge": "district"}}}),
        ("NC2", "NC2-R1", "exclusive", "NC2-10", {"where": {"participants": {"gt": 50}}}),
        ("NC4", "A-28", "term", "NC4-10", {"target": {"ge": 10}, "every": None, "reach": None}),
        ("NC4", "A-28", "project", "NC4-10", {"over": {"of": "record.volunteer_project", "gate": {"published_on_platform": True}}}),
        ("NC5", "A-28", "attendances", "NC5-07", {"count": None}),
        ("NC5", "A-28b", "mean_gross", "NC5-08", {"count": {"sum": "income"}, "over": {"count": {"sum": "mu"}}, "gate": None}),
        ("NC6", "A-28", "month", "NC6-06", {"every": "month", "reach": {"ge": 100}, "target": None}),
    ],
)  # fmt: skip
def test_another_reading_is_chosen_and_the_indicator_follows_it(lots, nanchuan, lot, place, choice, code, words):
    reading = OpenReading.objects.get(contract=lots[lot], code=place)
    before = lots[lot].indicators.get(code=code)
    for chosen in (choice, reading.default):
        decide_reading(
            OpenReading.objects.get(pk=reading.pk),
            choice=chosen,
            reason="双方会商",
            by=nanchuan.contract_manager,
            at=at(),
        )
        after = lots[lot].indicators.get(code=code)
        if chosen == choice:
            assert {word: after.definition.get(word) for word in words} == words
            assert after.sentence != before.sentence
    assert (after.definition, after.sentence) == (before.definition, before.sentence)


def test_every_article_has_its_words_and_its_line():
    articles = [
        (lot, section, index, entry)
        for lot in LOTS
        for section in ("required_documents", "obligations", "other_terms", "staffing", "termination", "evaluations", "indicators")
        for index, entry in enumerate(data_of(lot)[section])
    ]  # fmt: skip
    assert [
        (lot, section, index)
        for lot, section, index, entry in articles
        if not (
            entry.get("clause") and entry.get("clause_text") and re.fullmatch(r"N\d+(, N\d+)*", entry.get("source", ""))
        )
    ] == []


# --- six lots of one bureau ----------------------------------------------------------------------------------------------
def test_a_kind_or_a_word_is_the_same_in_every_file_of_the_bureau():
    kinds, words = {}, {}
    for lot in LOTS:
        data = data_of(lot)
        for kind in data["activity_kinds"]:
            kinds.setdefault(kind["code"], []).append(kind)
        for family, known in data["labels"].items():
            for code, word in known.items():
                words.setdefault((family, code), set()).add(word)
    assert [code for code, said in kinds.items() if any(one != said[0] for one in said)] == []
    assert [key for key, said in words.items() if len(said) > 1] == []


def test_a_second_load_of_all_six_changes_nothing(lots, nanchuan):
    before = [list(model.objects.order_by("pk").values()) for model in (Contract, Label, ActivityKind, Indicator)]
    again = {lot: load(text_of(lot), by=nanchuan.contract_manager, at=at("2024-05-06 10:00")) for lot in LOTS}
    assert {lot: (one.contract.pk, one.is_new) for lot, one in again.items()} == {
        lot: (contract.pk, False) for lot, contract in lots.items()
    }
    assert [
        list(model.objects.order_by("pk").values()) for model in (Contract, Label, ActivityKind, Indicator)
    ] == before


def test_the_export_of_each_is_its_file(lots):
    assert [lot for lot in LOTS if export(lots[lot]) != text_of(lot)] == []


def lines(contract, code):
    """(pass line, [(score or reminders, effects)]) of an evaluation as the contract has it now."""
    row = next(row for row in agreed_evaluations(contract) if row["code"] == code)
    return row.get("pass"), [
        (found.get("score", found.get("reminders")), found["effects"])
        for found in row["consequences"]
        if "result" not in found
    ]


@pytest.mark.parametrize("lot", LOTS)
def test_a_score_exactly_on_the_line_follows_the_reading_that_was_chosen(lots, nanchuan, lot):
    contract = lots[lot]
    exclusive = {
        "E1": (None, [({"ge": 3}, ["terminate"])]),
        "E2": (None, [({"ge": 80}, ["continue"]), ({"ge": 70, "lt": 80}, ["rectify", "extend"]), ({"lt": 70}, ["terminate"])]),
        "E3": ({"ge": 70}, [({"lt": 70}, ["rectify"])]),
    }  # fmt: skip
    inclusive = {
        "E1": (None, [({"gt": 3}, ["terminate"])]),
        "E2": (None, [({"gt": 80}, ["continue"]), ({"gt": 70, "le": 80}, ["rectify", "extend"]), ({"le": 70}, ["terminate"])]),
        "E3": ({"gt": 70}, [({"le": 70}, ["rectify"])]),
    }  # fmt: skip
    said = lambda: {code: lines(contract, f"{lot}-{code}") for code in exclusive}  # noqa: E731
    assert said() == exclusive
    for reading, choice in (("A-25", "inclusive"), ("A-26", "exclusive")):
        row = OpenReading.objects.get(contract=contract, code=reading)
        decide_reading(row, choice=choice, reason="双方会商", by=nanchuan.contract_manager, at=at())
    assert said() == inclusive


def test_a_choice_that_would_spoil_an_evaluation_is_refused_at_its_line():
    text = (LIBRARY / "nc2.yaml").read_text().replace("          pass: {gt: 70}\n", "          pass: {about: 70}\n", 1)
    text = text.replace(
        "{gt: 70, le: 80}, effects: [rectify, extend], months: 1", "{gt: 70, le: 80}, effects: [rectify, extend]"
    )
    told = [(fault.path, fault.message) for fault in checked(text).faults]
    assert told == [
        ("readings[A-25].sets.inclusive.NC2-E2.consequences[80 分及以下].effects", "extend 与 months 应同时写"),
        ("readings[A-25].sets.inclusive.NC2-E3.pass", "应为比较，如 {ge: 80}"),
    ]
