"""What must not be saved, and what is said of it: all at once, in Chinese, with its place."""

from dataclasses import replace
from datetime import date

import pytest

from services.indicators.check import Context, faults, warnings

CONTEXT = Context(
    kinds={
        "event": {"topic": "choice", "cost": "number", "done": "boolean", "filed_on": "date"},
        "visit": {},
        "case_session": {},
    },
    words={
        "register": {"key_household"},
        "paper": {"photo"},
        "document": {"report"},
        "approval": {"chief"},
        "incident": {"accident"},
        "clock": {"tracing"},
        "score": {"final"},
    },
    areas=("柳林街道", "石桥街道"),
    parameters={"limit": None, "price": 5},
    term=(date(2024, 1, 1), date(2024, 12, 31)),
    orders={"topic": ["festival", "professional"]},
)
FINE = {"id": "A", "zh": "社区活动", "of": "record.event", "target": {"ge": 1}}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"size": 3}, "指标：不认识“size”"),
        ({"of": "records.event"}, "of：没有来源“records”"),
        ({"of": "clock.need"}, "of：没有“need”（计时事项）"),
        ({"of": "incident.fire"}, "of：没有“fire”（事件）"),
        ({"of": "score.yearly"}, "of：没有“yearly”（评分）"),
        ({"of": "staff.driver"}, "of：人员类别“driver”应为 project、organisation"),
        ({"of": "staff", "gate": {"person.age": {"le": 55}}}, "gate：没有字段“person.age”"),
        ({"of": "clock.tracing", "gate": {"hours": "long"}}, "gate：“hours”是数字，不能与“long”比较"),
        ({"of": "clock.tracing", "gate": {"on_time": 1}}, "gate：“on_time”是是否，不能与“1”比较"),
        ({"of": "incident.accident", "each": {"register": "key_household"}, "reach": {"ge": 1}, "nil": "month"}, "nil：nil 只用于事件的起数，of 须写明事件类型"),
        ({"of": "incident", "target": {"eq": 0}, "nil": "month"}, "nil：nil 只用于事件的起数，of 须写明事件类型"),
        ({"of": "incident.accident", "target": {"eq": 0}, "nil": "week"}, "nil：“week”应为 month 之一"),
        ({"of": "document.report", "each": {"register": "key_household"}, "reach": {"ge": 1}}, "each：document 没有可以在名册上的对象"),
        ({"of": "record.party"}, "of：没有活动类型“party”"),
        ({"of": "register.vips"}, "of：没有“vips”（名册）"),
        ({"of": "document.novel"}, "of：没有“novel”（成果文件）"),
        ({"where": {"colour": "red"}}, "where：没有字段“colour”"),
        ({"where": {"topic": {"ge": 3}}}, "where：“topic”是选项，不能与“3”比较"),
        ({"where": {"topic": {"ge": "gala"}}}, "where.topic：“topic”不是有序选项，或没有选项“gala”"),
        ({"gate": {"cost": "much"}}, "gate：“cost”是数字，不能与“much”比较"),
        ({"gate": {"done": 1}}, "gate：“done”是是否，不能与“1”比较"),
        ({"gate": {"filed_on": {"before": "cost"}}}, "gate：“filed_on”和“cost”应为日期"),
        ({"gate": {"papers": ["poem"]}}, "gate：没有“poem”（材料）"),
        ({"gate": {"approved": ["king"]}}, "gate：没有“king”（批准）"),
        ({"gate": {"has": [{"of": "record.visit", "ge": 1}]}}, "gate：has 只用于个案和小组"),
        ({"gate": {"listed": {"register": "vips"}}}, "gate：没有“vips”（名册）"),
        ({"gate": {"any": [{"done": True}]}}, "gate.any：应为两组以上的条件"),
        ({"gate": {"cost": {"ge": "$speed"}}}, "gate.cost：合同没有参数“speed”"),
        ({"count": "share"}, "count：share 须有 gate"),
        ({"count": {"sum": "topic"}}, "count：“topic”不是数字字段"),
        ({"count": "dog"}, "count：record 没有可计数的“dog”"),
        ({"target": None}, "target：缺少目标；不考核的写 none"),
        ({"target": {"around": 3}}, "target：不认识“around”"),
        ({"reach": {"ge": 1}}, "reach：reach 须有 each 或 every"),
        ({"every": "month"}, "reach：each、every 须有 reach"),
        ({"every": "moon", "reach": {"ge": 1}}, "every：“moon”应为 day、workday、open_day、week、month、quarter、half、year 之一"),
        ({"every": "month", "reach": {"ge": 1}, "count": "share", "gate": {"done": True}}, "count：分期、逐个的指标不能用 share，也不能除以记录数"),
        ({"every": "month", "reach": {"ge": 1}, "due": {"months": 1, "day": 5}}, "due：due 只用于分期提交的材料"),
        ({"of": "staff", "every": "month", "reach": {"ge": 1}}, "every：名册和在岗人员不能分期，用 present"),
        ({"present": "now"}, "present：present 只用于名册和在岗人员"),
        ({"part_of": "Z"}, "part_of：没有指标“Z”，或互相包含"),
        ({"part_of": "A"}, "part_of：没有指标“A”，或互相包含"),
        ({"apart": ["Z"]}, "apart：没有指标“Z”"),
        ({"areas": {"ge": 2, "but": {"南湖街道": 1}}}, "areas.but：合同没有服务地区“南湖街道”"),
        ({"within": ["2024-06-01", "2024-05-01"]}, "within：应为 [起日, 止日]，起日不晚于止日"),
        ({"nil": "month"}, "nil：nil 只用于事件的起数，of 须写明事件类型"),
        ({"force": "iron"}, "force：“iron”应为 hard、plan、soft 之一"),
        ({"each": {"register": "vips"}, "reach": {"ge": 1}}, "each.register：没有“vips”（名册）"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place(change, told):
    assert told in faults([FINE | change], CONTEXT)["A"]


def test_what_is_fine_has_no_fault():
    assert (
        faults(
            [
                FINE,
                {
                    "id": "B",
                    "zh": "其中节日",
                    "part_of": "A",
                    "where": {"topic": {"ge": "professional"}},
                    "target": {"eq": 1},
                },
            ],
            CONTEXT,
        )
        == {}
    )


def test_every_fault_of_every_indicator_is_told_at_once():
    wrong = faults(
        [FINE | {"size": 3, "count": "dog"}, {"id": "B", "zh": "乙", "of": "record.party", "target": {"ge": 1}}],
        CONTEXT,
    )
    assert {code: len(texts) for code, texts in wrong.items()} == {"A": 2, "B": 1}


def test_codes_are_unique_and_titles_given():
    assert faults([FINE, FINE], CONTEXT) == {"A": ["id：代号重复", "id：代号重复"]}
    assert faults([{"id": "A", "of": "record.event"}], CONTEXT) == {"A": ["zh：缺少名称"]}


def test_areas_need_contract_areas():
    without = Context(kinds=CONTEXT.kinds, term=CONTEXT.term)
    assert faults([FINE | {"areas": {"ge": 1}}], without) == {"A": ["areas：合同没有服务地区"]}


def test_records_that_may_count_twice_are_a_warning():
    festivals = {"id": "B", "zh": "节日", "of": "record.event", "where": {"topic": "festival"}, "target": {"ge": 1}}
    told = [("A", "apart：与“节日”可能计入同一条记录，须写明 part_of 或 apart，或分清 where")]
    assert warnings([FINE, festivals], CONTEXT) == told
    assert warnings([FINE, festivals | {"apart": ["A"]}], CONTEXT) == []
    assert warnings([FINE, {**festivals, "of": "record.visit"}], CONTEXT) == []
    assert warnings([FINE | {"where": {"topic": ["professional"]}}, festivals], CONTEXT) == []
    part = {"id": "B", "zh": "节日", "part_of": "A", "where": {"topic": "festival"}, "target": {"ge": 1}}
    assert warnings([FINE, part], CONTEXT) == []


def test_more_points_a_week_than_there_are_is_a_warning():
    known = replace(CONTEXT, subjects={"point": {"label": 1}}, naming={"visit": ("point",)})
    points = {"id": "A", "zh": "走访点数", "of": "record.visit", "count": "point", "every": "week", "reach": {"ge": 2}}
    assert warnings([points], known) == [("A", "reach：名册上现有 1 个，每期做不到 2 个")]
    assert warnings([points | {"reach": {"ge": 1}}], known) == []
    assert warnings([points], CONTEXT) == []


def test_a_register_of_persons_is_no_subject_of_a_questionnaire_about_households():
    known = replace(CONTEXT, subjects={"key_household": {"household": 3}})
    answers = {"id": "A", "zh": "问卷", "of": "answer", "target": {"ge": 1}}
    wrong = answers | {"where": {"listed": {"register": "key_household"}}}
    assert faults([wrong], known) == {"A": ["where：“key_household”名册上是户，answer 不记这类对象"]}
    grid = answers | {"each": {"register": "key_household"}, "reach": {"ge": 1}}
    assert faults([grid], known) == {"A": ["each.register：“key_household”名册上是户，answer 不记这类对象"]}
    assert faults([wrong | {"of": "record.visit"}], known) == {}


def test_a_window_outside_the_term_and_parts_above_the_whole_are_warnings():
    parts = [{"id": f"P{n}", "zh": "部分", "part_of": "A", "target": {"eq": 1}} for n in range(2)]
    told = warnings([FINE | {"within": ["2023-12-01", "2024-02-01"]}, *parts], CONTEXT)
    assert told[0] == ("A", "within：计量期间超出合同期")
    assert told[-1] == ("A", "part_of：各部分目标之和大于本项目标")
