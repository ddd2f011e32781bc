"""What is wrong with a scheme is told all at once, with its place; contract files carry schemes; versions are final once adopted."""

from copy import deepcopy
from decimal import Decimal as D
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from config import contract_file as files
from evaluations import contract_section
from evaluations.actions import schemes as actions
from evaluations.models import Scheme, SchemeVersion
from evaluations.queries import schemes as queries
from evaluations.rules import schemes as rules
from tenancy.models import AuditEvent
from tenancy.problems import Conflict, Refused
from tests.cast import at

SOUND = queries.pattern("three-parties").definition
PASSING = queries.pattern("nc-third-party").definition


def changed(definition, *changes):
    """A copy in which each (place, value) is set; the value ... takes the word away."""
    made = deepcopy(definition)
    for place, value in changes:
        *steps, last = place
        node = made
        for step in steps:
            node = node[step]
        if value is ...:
            del node[last]
        else:
            node[last] = value
    return made


ITEM = ("dimensions", 0, "items")
BANDS = {"kind": "indicator", "indicator": "X-01", "marks": 80, "code": "1.1", "title": "一"}


@pytest.mark.parametrize(
    ("change", "place", "told"),
    [
        ((("titel",), "x"), ("titel",), "没有“titel”这一项。是否为 title"),
        ((("title",), ""), ("title",), "未填。填上"),
        ((("code",), "Ä b"), ("code",), "代号只用小写字母、数字、- 和 _。写成 nc-midterm"),
        ((("scoring",), "stars"), ("scoring",), "不能是“stars”。可用：score、pass_fail"),
        ((("decimals",), 3), ("decimals",), "小数位数应为 0、1 或 2。改正"),
        ((("full_marks",), 0.5), ("full_marks",), "应为数字，现为“0.5”。写成 8.5"),
        ((("full_marks",), 1200), ("full_marks",), "应大于 0、不大于 1000。改正"),
        ((("parties", 1, "weight"), "0.25"), ("parties",), "权重合计 105%，应为 100%。改各方权重"),
        ((("parties", 1, "side"), "mayor"), ("parties", 1, "side"), "不能是“mayor”。可用：evaluator、purchaser、provider、supervisor、community"),
        ((("parties", 3, "side"), "evaluator"), ("parties", 3), "自评（self）是承接方的，不计权重。权重写 0"),
        ((("parties", 0, "apart"), {"share": "1.5"}), ("parties", 0, "apart", "share"), "应大于 0、不大于 1。改正"),
        ((("parties", 0, "least"), 0), ("parties", 0, "least"), "应为不小于 1 的整数。改正"),
        ((("parties", 1, "aggregate"), "consensus"), ("parties", 1, "apart"), "没有写明相差多少须合议。写成 {share: 0.3} 或 {points: 5}"),
        ((("dimensions", 0, "marks"), 340), ("dimensions", 0, "marks"), "各项合计 350，应为 340。改这一方面或各项的分值"),
        (((*ITEM, 1, "code"), "1.1"), (*ITEM, 1, "code"), "“1.1”写了两次。改为另一个"),
        (((*ITEM, 1, "code"), D("1.2")), (*ITEM, 1, "code"), "应为文字，现为“1.2”。给它加上引号"),
        (((*ITEM, 1, "kind"), "guess"), (*ITEM, 1, "kind"), "不能是“guess”。可用：points、graded、composite、indicator、deduction、pass_fail"),
        (((*ITEM, 1, "levels"), []), (*ITEM, 1, "levels"), "没有“levels”这一项。可用：code、title、kind、marks、standard、by、facts、veto"),
        (((*ITEM, 1, "by"), ["third"]), (*ITEM, 1, "by"), "没有评分方“third”。可用：third_party、purchaser、supervisor、self"),
        (((*ITEM, 3, "by"), ["self"]), (*ITEM, 3, "by"), "没有计权重的评分方评这一项。加上一方，或删去这一项"),
        (((*ITEM, 0, "parts", 0, "marks"), 20), (*ITEM, 0, "parts"), "分项合计 70，应为 80。改各分项的分值"),
        (((*ITEM, 2, "levels", 0, "marks"), 70), (*ITEM, 2, "levels"), "最高一档应为 80 分。改分值或档次"),
        (((*ITEM, 2, "levels", 1, "marks"), 40), (*ITEM, 2, "levels"), "各档应从高到低。调整顺序"),
        (((*ITEM, 0), BANDS | {"bands": [{"ge": 100, "share": "0.9"}]}), (*ITEM, 0, "bands"), "最高一档应得满分。把第一档的 share 写为 1"),
        (((*ITEM, 0), BANDS | {"bands": [{"ge": 80, "share": 1}, {"ge": 90, "share": "0.5"}]}), (*ITEM, 0, "bands"), "完成率和得分都应从高到低。调整顺序"),
        (((*ITEM, 0), BANDS | {"bands": [{"ge": 80, "share": 1}, {"ge": 60, "share": "0.3333"}]}), (*ITEM, 0, "bands", 1, "share"), "80 分的 33.33% 超过两位小数。改比例或分值"),
        ((("grades", 1, "ge"), 950), ("grades",), "等次应从高到低。调整顺序"),
        ((("dimensions",), []), ("dimensions",), "至少写 1 条评估方面。补上"),
    ],
)  # fmt: skip
def test_a_fault_has_its_place_and_its_remedy(change, place, told):
    found = rules.faults(changed(SOUND, change))
    assert (place, told) in [(fault.place, str(fault)) for fault in found]


def test_a_sheet_that_does_not_add_up_is_told_with_both_numbers():
    wrong = changed(SOUND, ((*ITEM, 1, "marks"), 118), (("dimensions", 0, "marks"), 348))
    assert [str(fault) for fault in rules.faults(wrong)] == [
        "第三方评估机构：评分表合计 698 / 1000，应为 1000 或 700。改各项分值或满分"
    ]


def test_all_faults_are_told_at_once_and_nothing_breaks_the_check():
    wrong = changed(SOUND, (("title",), ...), (("parties", 0, "code"), ["x"]), (("dimensions", 1), "x"))
    assert {fault.place for fault in rules.faults(wrong)} >= {("title",), ("parties", 0, "code"), ("dimensions",)}
    assert [str(fault) for fault in rules.faults(None)] == ["方案应由若干项组成。每项一行，写成“名: 值”"]
    with pytest.raises(ValueError, match="未填"):
        rules.parse(wrong)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ((("full_marks",), 100), ("full_marks",)),
        ((("dimensions", 0, "marks"), 10), ("dimensions", 0, "marks")),
        (((*ITEM, 0, "marks"), 10), (*ITEM, 0, "marks")),
        (((*ITEM, 0, "kind"), "points"), (*ITEM, 0, "kind")),
    ],
)
def test_a_scheme_without_points_has_no_marks(change, place):
    assert [fault.place for fault in rules.faults(changed(PASSING, change))] == [place]


def test_a_sheet_holds_what_its_party_scores():
    scheme = rules.parse(SOUND)
    assert {code: scheme.marks_of(code) for code in ("third_party", "purchaser", "supervisor", "self")} == {"third_party": 700, "purchaser": 200, "supervisor": 100, "self": 650}  # fmt: skip
    assert [(one.title, one.marks) for one in scheme.sheet("supervisor")] == [("专业服务", 70), ("项目管理", 30)]


def test_a_scheme_has_to_fit_its_contract():
    known = {"scoring": "score", "full_marks": 1000, "indicators": {"A-01"}}
    assert rules.misfits(SOUND, **known) == []
    facts = changed(SOUND, ((*ITEM, 1, "facts"), ["A-01", "A-02"]))
    told = [str(fault) for fault in rules.misfits(facts, **(known | {"full_marks": 100}))]
    assert told == ["合同约定满分 100，方案满分 1000。改成一致", "合同没有指标 A-02。改为合同的指标代号"]
    assert [fault.place for fault in rules.misfits(PASSING, **known)] == [("scoring",)]


# In a contract file.
WHOLE = """      code: own
      title: 自定评分表
      scoring: score
      full_marks: 100
      parties: [{code: panel, title: 评估小组, side: evaluator, weight: 1, aggregate: consensus, apart: {share: 0.30}}]
      dimensions: [{title: 全部, marks: 100, items: [{code: "1", title: 总评, kind: points, marks: 100}]}]"""


@pytest.fixture(scope="module")
def nc1():
    return Path("contracts/library/nc1.yaml").read_text(encoding="utf-8")


def places(text):
    return [(fault.path, fault.message) for fault in files.checked(text).faults]


def test_a_file_is_told_what_is_wrong_with_a_marking_by_line(nc1):
    unknown = nc1.replace("marking: nc1-midterm", "marking: nc1-midtern")
    (fault,) = files.checked(unknown).faults
    assert (fault.line, fault.path, fault.message, fault.mend) == (unknown[: unknown.index("nc1-midtern")].count("\n") + 1, "evaluations[NC1-E2].marking", "方案库中没有“nc1-midtern”", "是否为 nc1-midterm")  # fmt: skip
    assert places(nc1.replace("marking: nc1-midterm", f"marking:\n{WHOLE}")) == []
    wrong = nc1.replace("marking: nc1-midterm", f"marking:\n{WHOLE}".replace("marks: 100}]", "marks: 98}]"))
    assert places(wrong) == [
        ("evaluations[NC1-E2].marking.dimensions", "评估小组：评分表合计 98 / 100，应为 100"),
        ("evaluations[NC1-E2].marking.dimensions[全部].marks", "各项合计 98，应为 100"),
    ]
    assert (
        places(nc1.replace("marking: nc1-midterm", "marking: nc-third-party"))[0][1] == "合同约定按分数，方案按合格与否"
    )


@pytest.fixture
def scored(cast, act):
    """A contract whose file speaks of a mid-term evaluation of 100 points and of acceptance."""
    contract = cast.contract
    contract.terms = {
        "evaluations": [{"code": "E1", "title": "中期评估", "stage": "midterm", "scheme": "score", "full_marks": 1000}],
        "acceptance": {"scheme": "pass_fail", "organiser": "purchaser"},
    }
    contract.save()
    return contract


def test_what_a_file_says_is_adopted_once(cast, act, scored):
    by = cast.contract_manager
    said = {"by": by, "at": at()}
    first = actions.adopt_filed(scored, "E1", SOUND, **said)
    assert (first.no, first.state, first.scheme.title) == (1, "adopted", "三方综合评分表（1000 分）")
    spelt = changed(SOUND, (("full_marks",), D("1000.00")))
    assert actions.adopt_filed(scored, "E1", spelt, **said) == first
    second = actions.adopt_filed(scored, "E1", changed(SOUND, (("title",), "改过的")), **said)
    assert (second.no, second.scheme_id, queries.adopted(scored, "E1")) == (2, first.scheme_id, second)


def test_a_draft_may_be_wrong_until_it_is_adopted_and_never_changes_after(cast, act, scored):
    by = cast.contract_manager
    said = {"by": by, "at": at()}
    draft = actions.draft_scheme(scored, "E1", SOUND, note="", **said)
    with pytest.raises(Refused, match="已有一份草稿"):
        actions.draft_scheme(scored, "E1", SOUND, note="", **said)
    seen = actions.mark_of(draft)
    wrong = changed(SOUND, ((*ITEM, 1, "marks"), 118))
    draft = actions.save_draft(draft, wrong, note="改分值", seen=seen, **said)
    with pytest.raises(Conflict, match="刚被别人改过"):
        actions.save_draft(draft, SOUND, note="", seen=seen, **said)
    with pytest.raises(Refused) as refusal:
        actions.adopt(draft, **said)
    assert refusal.value.problems == ["专业服务，分值：各项合计 348，应为 350。改这一方面或各项的分值", "全部方面：第三方评估机构：评分表合计 698 / 1000，应为 1000 或 700。改各项分值或满分"]  # fmt: skip
    misfit = actions.save_draft(draft, changed(SOUND, ((*ITEM, 1, "facts"), ["QH-9"])), note="", seen=actions.mark_of(draft), **said)  # fmt: skip
    with pytest.raises(Refused) as refusal:
        actions.adopt(misfit, **said)
    assert refusal.value.problems == ["1.2 服务完成，旁列的指标：合同没有指标 QH-9。改为合同的指标代号"]
    draft = actions.save_draft(misfit, SOUND, note="首版", seen=actions.mark_of(misfit), **said)
    adopted = actions.adopt(draft, **said)
    assert (adopted.state, adopted.digest) == ("adopted", rules.digest(SOUND))
    for write in (lambda: actions.save_draft(adopted, SOUND, note="", seen="", **said), lambda: actions.drop_draft(adopted, **said)):  # fmt: skip
        with pytest.raises(Conflict, match="不能再改"):
            write()
    with pytest.raises(IntegrityError, match="final"), transaction.atomic():
        SchemeVersion.objects.filter(pk=adopted.pk).update(note="改")
    told = AuditEvent.objects.filter(action__startswith="scheme.").order_by("at", "pk")
    assert [event.action for event in told] == ["scheme.drafted", "scheme.changed", "scheme.changed", "scheme.changed", "scheme.adopted"]  # fmt: skip


def test_of_a_draft_and_a_file_the_one_adopted_later_is_in_force(cast, act, scored):
    said = {"by": cast.contract_manager, "at": at()}
    draft = actions.draft_scheme(scored, "E1", changed(SOUND, (("title",), "屏幕上改的")), note="", **said)
    filed = actions.adopt_filed(scored, "E1", SOUND, **said)
    assert (filed.no, queries.adopted(scored, "E1"), Scheme.objects.get().title) == (2, filed, SOUND["title"])
    adopted = actions.adopt(draft, **said)
    assert (adopted.no, queries.adopted(scored, "E1"), Scheme.objects.get().title) == (3, adopted, "屏幕上改的")


def test_a_draft_may_be_dropped_and_an_evaluation_the_contract_lacks_has_none(cast, act, scored):
    by = cast.contract_manager
    draft = actions.draft_scheme(scored, "acceptance", PASSING, note="", by=by, at=at())
    actions.drop_draft(draft, by=by, at=at())
    assert SchemeVersion.objects.count() == 0
    with pytest.raises(Refused, match="合同没有评估 E9"):
        actions.draft_scheme(scored, "E9", SOUND, note="", by=by, at=at())


def test_an_export_keeps_the_words_of_the_file_as_long_as_they_say_what_is_in_force(cast, act, scored):
    row = {"code": "E1", "marking": "three-parties"}
    by = cast.contract_manager
    contract_section.load(scored, {"evaluations": [row]}, by=by, at=at())
    data = {"evaluations": [dict(row)], "acceptance": {}}
    assert contract_section.export(scored, data, {"evaluations": [row]}) == data
    other = changed(SOUND, (("title",), "第二版"))
    actions.adopt_filed(scored, "E1", other, by=by, at=at())
    out = contract_section.export(scored, data, {"evaluations": [row]})
    assert out["evaluations"] == [{"code": "E1", "marking": other}]
    assert Scheme.objects.get().title == "第二版"
