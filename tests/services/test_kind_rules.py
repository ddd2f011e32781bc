"""Kinds of activities as data: faults of a definition at their places, computed fields, what records hold already."""

import pytest

from services.rules import kinds as rules

INCOME = {"name": "income", "label": "年收入", "type": "number"}
AREA = {"name": "mu", "label": "亩数", "type": "number"}
PER = {"name": "per_mu", "label": "亩均收入", "type": "number", "computed": {"per": ["income", "mu"]}}
BEFORE, AFTER = ({"name": name, "label": name, "type": "number"} for name in ("before", "after"))
FALL = {"name": "fall", "label": "下降", "type": "number", "computed": {"fall": ["before", "after"]}}


def faults(fields=(), **values):
    known = {"subject": "none", "evidence": [], "shows": [], "modes": []}
    return [(fault.field, str(fault)) for fault in rules.kind_faults(**{**known, "fields": list(fields), **values})]


def test_every_fault_stands_at_its_own_place():
    fields = [
        {"name": "topic", "label": "主题", "type": "choice", "choices": [["a", "甲"], ["a", "乙"], ["b", ""]]},
        {"name": "topic", "label": "主题", "type": "text"},
        {"name": "day", "label": "日子", "type": "date"},
    ]
    assert faults(fields, evidence=[{"kind": "photo", "label": "照片", "min": -1}], modes=[["home", "入户"], ["home", "上门"]]) == [
        ("fields.0.choices.1", "字段 topic 的选项 a 重复"),
        ("fields.0.choices.2", "字段 topic 的第 3 个选项须有代号和名称"),
        ("fields.1.name", "字段 topic 重复"),
        ("fields.2.name", "字段 day 与通用字段同名，换一个代号"),
        ("evidence.0", "材料 photo 须有代号、名称和不小于 0 的份数"),
        ("modes.1", "方式 home 重复"),
    ]  # fmt: skip


@pytest.mark.parametrize("code", ["", "Hotline", "2nd", "hot line", "热线", "a" * 41])
def test_a_code_is_a_lower_case_word(code):
    assert [fault.field for fault in rules.name_faults(code=code, label="热线")] == ["code"]
    assert rules.name_faults(code="hotline_2", label="热线") == []


# --- computed -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("computed", "told"),
    [
        ({"sum": ["income", "mu"]}, "计算字段 x 的算法应为 per、fall、count_given 之一"),
        ({"per": ["income"]}, "计算字段 x 须写 2 个字段，现有 1 个"),
        ({"count_given": []}, "计算字段 x 须写至少 1 个字段，现有 0 个"),
        ({"per": ["income", ["mu"]]}, "计算字段 x 用到的 ['mu'] 不认识"),
        ({"per": 5}, "计算字段 x 须写 2 个字段，现有 0 个"),
        ({"per": ["income", "acres"]}, "计算字段 x 用到的 acres 不认识"),
        ({"per": ["income", "crop"]}, "计算字段 x 用到的 crop 不是数字"),
        ({"per": ["income", "participants"]}, "计算字段 x 用到的 participants 没有显示在表单上"),
        ({"per": ["income", "gone"]}, "计算字段 x 用到的 gone 已停用"),
        ({"per": ["income", "x"]}, "计算字段 x 用到了它自己"),
        ({"per": ["income", "y"]}, "计算字段 x 用到了它自己"),
        ({"count_given": ["income", "y"]}, "计算字段 x 只数填写的字段，y 是计算的"),
    ],
)
def test_a_formula_that_makes_no_sense_is_told(computed, told):
    x = {"name": "x", "label": "某数", "type": "number", "computed": computed}
    y = {"name": "y", "label": "另数", "type": "number", "computed": {"per": ["x", "income"]}}
    others = [
        {"name": "crop", "label": "作物", "type": "text"},
        {"name": "gone", "label": "旧项", "type": "number", "retired": True},
    ]
    assert [pair for pair in faults([INCOME, AREA, *others, x, y]) if pair[0] == "fields.4.computed"] == [
        ("fields.4.computed", told)
    ]


def test_a_computed_field_is_a_number_that_nobody_must_fill():
    wrong = {**PER, "type": "text", "required": True}
    assert [text for _place, text in faults([INCOME, AREA, wrong])] == [
        "计算字段 per_mu 的类型应为 number",
        "计算字段 per_mu 由系统填写，不能必填",
    ]


def test_common_numbers_that_are_shown_may_be_used():
    each = {"name": "each", "label": "人均费用", "type": "number", "computed": {"per": ["cost", "participants"]}}
    cost = {"name": "cost", "label": "费用", "type": "number"}
    assert faults([cost, each], shows=["participants"]) == []
    assert rules.computed([cost, each], {"cost": 100, "participants": 8}) == {"each": 12.5}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"income": 18000, "mu": 3}, {"per_mu": 6000}),
        ({"income": 20000, "mu": 3}, {"per_mu": 6666.6666}),  # cut, not rounded up
        ({"income": 17999.9999, "mu": 3}, {"per_mu": 5999.9999}),
        ({"income": -1, "mu": 3}, {"per_mu": -0.3334}),  # cut downwards below nought, too
        ({"income": 18000, "mu": 0}, {}),
        ({"income": 0, "mu": 3}, {"per_mu": 0}),
        ({"income": 18000}, {}),
        ({"mu": 3}, {}),
    ],
)
def test_per_divides_exactly_and_leaves_what_cannot_be_divided_empty(values, expected):
    assert rules.computed([INCOME, AREA, PER], values) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(50, 35, {"fall": 30}), (50, 36, {"fall": 28}), (50, 60, {"fall": -20}), (0, 5, {}), (None, 5, {}), (66, 46.2, {"fall": 30}), (66, 46.201, {"fall": 29.9984})],
)  # fmt: skip
def test_fall_is_the_drop_in_percent_of_the_first(before, after, expected):
    assert rules.computed([FALL, BEFORE, AFTER], {"before": before, "after": after}) == expected


def test_given_fields_are_counted_a_recorded_no_and_a_nought_among_them():
    fields = [INCOME, AREA, {"name": "poor", "label": "困难", "type": "boolean"}, {"name": "crop", "label": "作物", "type": "text"}]  # fmt: skip
    filled = {
        "name": "filled",
        "label": "已填",
        "type": "number",
        "computed": {"count_given": ["income", "mu", "poor", "crop"]},
    }
    assert rules.computed([*fields, filled], {"income": 0, "poor": False, "crop": ""}) == {"filled": 2}
    assert rules.computed([*fields, filled], {}) == {"filled": 0}


def test_one_computed_field_may_use_another_in_any_order():
    twice = {"name": "twice", "label": "再除", "type": "number", "computed": {"per": ["per_mu", "mu"]}}
    assert rules.computed([twice, PER, INCOME, AREA], {"income": 18, "mu": 3}) == {"twice": 2, "per_mu": 6}


def test_a_formula_is_told_in_the_fields_own_words():
    fields = [INCOME, AREA, PER, BEFORE, AFTER, FALL]
    assert [rules.formula_told(row, fields) for row in (PER, FALL)] == [
        "年收入 ÷ 亩数",
        "（before − after）÷ before × 100",
    ]


# --- what is in use -----------------------------------------------------------------------------------------------------
OLD = {
    "subject": "household",
    "proves": "",
    "fields": [
        {"name": "topic", "label": "主题", "type": "choice", "choices": [["a", "甲"], ["b", "乙"]]},
        INCOME,
        AREA,
        PER,
    ],
    "evidence": [{"kind": "form", "label": "表", "min": 1}],
    "modes": [["home", "入户"], ["phone", "电话"]],
    "registers": [],
}
USE = rules.Use(
    records=9,
    fields={"topic": 5, "per_mu": 2},
    choices={("topic", "a"): 5},
    modes={"phone": 4},
    papers={"form": 3},
)


def changes(use=USE, **values):
    return [(fault.field, str(fault)) for fault in rules.change_faults(OLD, {**OLD, **values}, use)]


def test_what_records_hold_cannot_be_taken_away():
    fewer = [{**OLD["fields"][0], "choices": [["b", "乙"]]}, INCOME, AREA]
    assert changes(subject="person", fields=fewer, evidence=[], modes=[["home", "入户"]]) == [
        ("subject", "已有 9 条记录，对象不能再改。停用这一类型，另建一个"),
        ("fields.0.choices", "选项“甲”（a）已用于 5 条记录，可停用，不能去掉"),
        ("fields", "字段“亩均收入”（per_mu）已有 2 条记录填写，可停用，不能去掉"),
        ("modes", "方式“电话”已用于 4 条记录，可停用，不能去掉"),
        ("evidence", "材料“表”已用于 3 条记录，可把份数改为 0，不能去掉"),
    ]


def test_a_type_or_a_formula_that_records_use_cannot_change():
    other = {**PER, "computed": {"fall": ["income", "mu"]}}
    assert changes(fields=[{"name": "topic", "label": "主题", "type": "text"}, INCOME, AREA, other]) == [
        ("fields.0.type", "已有 5 条记录填写，类型不能再改。停用它，另加一个"),
        ("fields.3.computed", "已有 2 条记录算出，算法不能再改。停用它，另加一个"),
    ]


def test_names_order_and_whatever_no_record_holds_may_change():
    topic = {"name": "topic", "label": "活动主题", "type": "choice", "choices": [["a", "甲类"], ["c", "丙"]], "retired": True}  # fmt: skip
    fields = [{**PER, "label": "每亩收入"}, topic, {**INCOME, "type": "text"}]
    assert changes(fields=fields, modes=[["phone", "去电", None, True]]) == []
    assert changes(use=rules.Use(), subject="none", fields=[], evidence=[], modes=[]) == []
