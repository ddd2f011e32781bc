"""Kinds of activities kept as data: computed facts in records, what is in use stays, words of the tenant."""

import pytest

from contracts.models import Label
from services.actions import indicators, kinds, records, words
from services.actions.batches import Entry, log_records
from services.indicators.measure import measure_contract
from services.models import ActivityKind
from services.queries import kinds as queries
from services.queries.records import told_facts
from tenancy.models import AuditEvent
from tenancy.problems import Conflict, Refused
from tests.cast import at
from tests.services.scene import make_household, make_scene

NOW = at("2024-11-20 10:00")
PLOT = {
    "code": "plot_income", "label": "亩均收入核查", "subject": "household", "modes": [["home", "入户"], ["phone", "电话"]], "shows": ["mode", "workers"],
    "fields": [
        {"name": "income", "label": "年收入", "type": "number"},
        {"name": "mu", "label": "亩数", "type": "number"},
        {"name": "crop", "label": "作物", "type": "choice", "choices": [["tea", "茶"], ["rice", "稻"]]},
        {"name": "per_mu", "label": "亩均收入", "type": "number", "computed": {"per": ["income", "mu"]}},
        {"name": "per_head", "label": "人均亩数", "type": "number", "computed": {"per": ["mu", "workers"]}},
    ],
    "evidence": [{"kind": "photo", "label": "照片", "min": 0}],
}  # fmt: skip


@pytest.fixture
def plot(act):
    return kinds.save_kind(**PLOT, by=None, at=NOW)


def values(cast, household, **facts):
    begin, end = at("2024-06-03 09:00"), at("2024-06-03 09:40")
    return {"household": household, "mode": "home", "workers": 2, "started_at": begin, "ended_at": end, "facts": facts}


def start(cast, household=None, **facts):
    household = household or make_household(cast)
    said = values(cast, household, **facts)
    return records.start_record(contract=cast.contract, kind="plot_income", by=cast.social_worker, at=NOW, **said)


def change(kind, **changed):
    said = {name: getattr(kind, name) for name in kinds.VALUES} | changed
    return kinds.change_kind(kind, seen=kinds.digest(kind), by=None, at=NOW, **said)


def refused(act, *arguments, **keywords):
    with pytest.raises(Refused) as refusal:
        act(*arguments, **keywords)
    return [(fault.field, str(fault)) for fault in refusal.value.problems]


# --- computed facts -------------------------------------------------------------------------------------------------------
def test_a_computed_fact_is_filled_whenever_the_record_is_saved(act, plot):
    record = start(act, income=20000, mu=3)
    assert record.facts == {"income": 20000, "mu": 3, "per_mu": 6666.6666, "per_head": 1.5}
    record = records.save_draft(record, by=act.social_worker, at=NOW, facts={"income": 18000, "mu": 3})
    assert record.facts["per_mu"] == 6000
    record = records.save_draft(record, by=act.social_worker, at=NOW, workers=1)
    assert record.facts == {"income": 18000, "mu": 3, "per_mu": 6000, "per_head": 3}
    record = records.submit_record(record, by=act.social_worker, at=NOW)
    record = records.return_record(record, reason="亩数写错", by=act.quality_control, at=NOW)
    record = records.correct_record(record, by=act.social_worker, at=NOW, facts={"income": 18000, "mu": 0})
    assert record.facts == {"income": 18000, "mu": 0, "per_head": 0}


def test_nobody_types_a_computed_fact(act, plot):
    household = make_household(act)
    assert refused(start, act, household, income=18000, per_mu=9999) == [("", "多出的字段 per_mu")]


def test_many_records_at_once_compute_the_same(act, plot):
    household = make_household(act)
    entries = [Entry("plot_income", values(act, household, income=18000, mu=mu)) for mu in (2, 3)]
    made = log_records(entries, contract=act.contract, by=act.social_worker, at=NOW)
    assert [record.facts["per_mu"] for record in made] == [9000, 6000]


def test_a_computed_fact_is_counted_as_any_other_number_and_told_on_the_page(act, plot):
    household = make_household(act)
    for mu in (3, 2.9):
        record = records.submit_record(start(act, household, income=18000, mu=mu), by=act.social_worker, at=NOW)
        records.verify_record(record, by=act.quality_control, at=NOW)
    definition = {
        "id": "I1",
        "zh": "亩均收入达标",
        "of": "record.plot_income",
        "gate": {"per_mu": {"gt": 6000}},
        "count": "share",
        "target": {"eq": 100},
        "unit": "%",
    }
    row = indicators.save_indicators(act.contract, [definition], by=None, at=NOW)[0]
    measured = measure_contract(act.contract, on=NOW.date()).by_code["I1"]
    assert (measured.number, measured.divisor, measured.value) == (100, 2, 50)
    assert "亩均收入" in row.sentence
    assert told_facts(record, plot) == [("年收入", 18000), ("亩数", 2.9), ("亩均收入", 6206.8965), ("人均亩数", 1.45)]


def test_facts_that_computed_ones_make_too_long_are_refused_in_words(act):
    fields = [{"name": "a", "label": "甲", "type": "number"}] + [
        {"name": f"{'n' * 30}{number}", "label": "某数", "type": "number", "computed": {"per": ["a", "minutes"]}}
        for number in range(25)
    ]
    kinds.save_kind(**{**PLOT, "fields": fields}, by=None, at=NOW)
    assert refused(start, act, a=1) == [("", "专用字段写得过长，细节写在内容里")]


# --- what is in use -------------------------------------------------------------------------------------------------------
def test_what_records_use_is_counted_by_field_choice_mode_and_paper(act, plot):
    household = make_household(act)
    start(act, household, income=1, mu=1, crop="tea")
    start(act, household, mu=1)
    use = queries.use_of(plot)
    assert (use.records, use.fields, use.choices, use.modes, use.papers) == (
        2,
        {"income": 1, "mu": 2, "crop": 1, "per_mu": 1, "per_head": 2},
        {("crop", "tea"): 1},
        {"home": 2},
        {},
    )


def test_a_field_that_records_hold_is_retired_and_not_removed(act, plot):
    record = start(act, income=18000, mu=3, crop="tea")
    fewer = [row for row in PLOT["fields"] if row["name"] != "crop"]
    assert refused(change, plot, fields=fewer) == [("fields", "字段“作物”（crop）已有 1 条记录填写，可停用，不能去掉")]
    retired = [{**row, "retired": True} if row["name"] == "crop" else row for row in PLOT["fields"]]
    change(plot, fields=retired)
    record = records.save_draft(record, by=act.social_worker, at=NOW, facts={"income": 21000, "mu": 3})
    assert record.facts == {"income": 21000, "mu": 3, "crop": "tea", "per_mu": 7000, "per_head": 1.5}


def test_a_file_cannot_take_away_what_records_hold_either(act, plot):
    start(act, mu=3)
    said = {**PLOT, "fields": [{"name": "mu", "label": "亩数", "type": "text"}], "by": None, "at": NOW}
    assert refused(kinds.save_kind, **said)[0] == ("fields.0.type", "已有 1 条记录填写，类型不能再改。停用它，另加一个")
    assert ActivityKind.objects.get(code="plot_income").fields == PLOT["fields"]


def test_what_an_indicator_counts_on_cannot_be_removed_though_no_record_holds_it(act, plot):
    definition = {
        "id": "I1",
        "zh": "茶园",
        "of": "record.plot_income",
        "where": {"crop": "tea"},
        "target": {"ge": 3},
    }
    indicators.save_indicators(act.contract, [definition], by=None, at=NOW)
    fewer = [row for row in PLOT["fields"] if row["name"] != "crop"]
    assert refused(change, plot, fields=fewer) == [("", "合同 QH01 的指标 I1 没有字段“crop”")]
    assert ActivityKind.objects.get(pk=plot.pk).fields == PLOT["fields"]
    assert change(plot, label="茶园核查").label == "茶园核查"


# --- from contract files --------------------------------------------------------------------------------------------------
def test_a_file_adds_to_a_kind_and_leaves_what_was_set_up_on_screen(act, plot):
    crop = {
        **PLOT["fields"][2],
        "choices": [["tea", "茶"], ["rice", "稻"], ["corn", "玉米"]],
        "retired_choices": ["rice"],
    }
    own = {"name": "slope", "label": "坡度", "type": "number"}
    fields = [*PLOT["fields"][:2], {**crop, "retired": True}, *PLOT["fields"][3:], own]
    modes = [["home", "入户"], ["phone", "电话", None, True], ["video", "视频"]]
    change(plot, fields=fields, modes=modes, shows=["mode", "workers", "score"], is_active=False)
    said = {name: PLOT[name] for name in ("code", "subject", "modes", "shows", "evidence")}
    kinds.take_kind(**said, label="亩均核查", fields=[*PLOT["fields"], {"name": "wet", "label": "水田", "type": "boolean"}], by=None, at=NOW)  # fmt: skip
    kind = ActivityKind.objects.get(pk=plot.pk)
    assert [row["name"] for row in kind.fields] == ["income", "mu", "crop", "per_mu", "per_head", "wet", "slope"]
    assert kind.fields[2] == {**crop, "retired": True}
    assert (kind.label, kind.modes, kind.is_active) == ("亩均核查", modes, False)
    assert kind.shows == ["mode", "workers", "score"]


def test_a_file_that_says_nothing_new_writes_nothing(act, plot):
    change(plot, shows=["mode", "workers", "score"])
    kinds.take_kind(**PLOT, by=None, at=NOW)
    assert list(AuditEvent.objects.filter(action__startswith="kind.").values_list("action", flat=True)) == ["kind.add", "kind.change"]  # fmt: skip


def test_kinds_of_files_stand_in_the_order_in_which_they_came(act):
    for code in ("beta", "alpha", "gamma"):
        kinds.take_kind(code=code, label=code, by=None, at=NOW)
    kinds.take_kind(code="alpha", label="阿尔法", by=None, at=NOW)
    assert list(ActivityKind.objects.values_list("code", "label")) == [("beta", "beta"), ("alpha", "阿尔法"), ("gamma", "gamma")]  # fmt: skip


# --- adding, changing, ordering ---------------------------------------------------------------------------------------------
def test_a_new_kind_stands_behind_the_others_and_its_code_is_its_own(act, plot):
    made = kinds.add_kind(code="hotline", by=None, at=NOW, **{**said_of(plot), "label": "心理热线"})
    assert (made.sort, [row.code for row in ActivityKind.objects.all()]) == (1, ["plot_income", "hotline"])
    again = {**said_of(plot), "label": "另一条"}
    assert refused(kinds.add_kind, code="hotline", by=None, at=NOW, **again) == [("code", "代号 hotline 已使用")]
    assert refused(kinds.add_kind, code="Hot line", by=None, at=NOW, **{**again, "label": ""}) == [
        ("code", "代号：小写英文字母开头，只用小写字母、数字和下划线，不超过 40 个"),
        ("label", "名称：1 至 40 个字"),
    ]


def said_of(kind):
    return {name: getattr(kind, name) for name in kinds.VALUES}


def test_two_who_edit_at_once_do_not_write_over_each_other(act, plot):
    seen = kinds.digest(plot)
    kinds.change_kind(plot, seen=seen, by=None, at=NOW, **{**said_of(plot), "label": "甲改"})
    with pytest.raises(Conflict):
        kinds.change_kind(plot, seen=seen, by=None, at=NOW, **{**said_of(plot), "label": "乙改"})
    assert ActivityKind.objects.get(pk=plot.pk).label == "甲改"


def test_kinds_are_put_in_order_one_place_at_a_time(act):
    make_scene(act)
    before = [row.code for row in ActivityKind.objects.all()]
    third = ActivityKind.objects.get(code=before[2])
    assert kinds.move_kind(third, up=True, by=None, at=NOW)
    assert [row.code for row in ActivityKind.objects.all()] == [before[0], before[2], before[1], *before[3:]]
    first = ActivityKind.objects.get(code=before[0])
    assert not kinds.move_kind(first, up=True, by=None, at=NOW)
    assert list(AuditEvent.objects.filter(action="kind.move").values_list("object_id", flat=True)) == [third.pk]


def test_the_list_tells_what_each_kind_is_used_for_in_three_statements(act, plot, django_assert_num_queries):
    make_scene(act)
    start(act, make_household(act, number="QH01-H-0002"), mu=3)
    definitions = [
        {"id": "I1", "zh": "甲", "of": "record.plot_income|event", "target": {"ge": 3}},
        {"id": "I2", "zh": "乙", "of": "case", "gate": {"has": [{"of": "record.case_session", "ge": 5}]}, "target": {"ge": 3}},
    ]  # fmt: skip
    indicators.save_indicators(act.contract, definitions, by=None, at=NOW)
    with django_assert_num_queries(3):
        used = {row.kind.code: (row.records, row.indicators) for row in queries.listed_kinds()}
    assert used == {
        "home_survey": (0, 0),
        "revisit": (0, 0),
        "case_session": (0, 1),
        "group_session": (0, 0),
        "event": (0, 1),
        "plot_income": (1, 1),
    }


# --- words ----------------------------------------------------------------------------------------------------------------
def test_a_word_is_added_and_renamed_under_its_code(act):
    word = words.add_word(family="paper", code="call_note", label=" 通话记录 ", by=None, at=NOW)
    assert (word.label, dict(queries.paper_words())) == ("通话记录", {"photo": "照片", "call_note": "通话记录"})
    words.rename_word(word, label="来电记录", by=None, at=NOW)
    assert list(Label.objects.values_list("family", "code", "label")) == [("paper", "call_note", "来电记录")]
    assert list(AuditEvent.objects.filter(action__startswith="word.").values_list("action", flat=True)) == [
        "word.add",
        "word.rename",
    ]


def test_a_word_needs_a_code_of_its_own_and_a_name_of_its_own(act):
    word = words.add_word(family="paper", code="call_note", label="通话记录", by=None, at=NOW)
    words.add_word(family="register", code="call_note", label="通话记录", by=None, at=NOW)  # another family
    other = words.add_word(family="paper", code="log", label="日志", by=None, at=NOW)
    add = {"family": "paper", "by": None, "at": NOW}
    assert refused(words.add_word, code="call_note", label="通话记录", **add) == [
        ("code", "代号 call_note 已用于“通话记录”"),
        ("label", "“通话记录”已是 call_note 的名称"),
    ]
    assert [place for place, _ in refused(words.add_word, code="通话", label=" ", **add)] == ["code", "label"]
    assert refused(words.rename_word, other, label="通话记录", by=None, at=NOW) == [
        ("label", "“通话记录”已是 call_note 的名称")
    ]
    assert words.rename_word(word, label="通话记录", by=None, at=NOW).label == "通话记录"
