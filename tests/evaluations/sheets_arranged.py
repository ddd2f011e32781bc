"""Score sheets as tests want them: a scheme with every kind of item, frozen facts, evaluators who have declared."""

from evaluations.actions import sheets as actions
from evaluations.models import Round, Scorer
from evaluations.queries import sheets as queries
from tests.cast import at
from tests.evaluations import rounds_arranged as rounds

NOW = at("2024-11-20 10:21")
ON = NOW.date()


def _fact(code, title, required, actual, status, told, **known):
    return {
        "code": code, "title": title, "required": required, "actual": actual, "status": status, "told": told,
        "status_told": {"met": "达标", "on_pace": "正常", "behind": "落后", "watch": "关注"}[status], "missing": "", "not_counting": 0,
        "completion": None, "pace": None,
    } | known  # fmt: skip


FACTS = {
    "cutoff": "2024-11-15",
    "items": {
        row["code"]: row
        for row in [
            _fact("NC1-01", "专业督导", "≥ 8 场次", "5 场次", "on_pace", "已计 5 场次，应达 4"),
            _fact("NC1-02", "人才培养", "≥ 4 场", "1 场", "behind", "已计 1 场，应达 2"),
            _fact("NC1-03", "服务满意度", "≥ 90%", "92.3%", "met", "有效 52 份"),
            _fact("NC1-04", "宣传成效", "≥ 12 篇", "9 篇", "watch", "已计 9 篇，应达 9.5", completion="75", pace="94.7"),
        ]
    },
    "reports": {"due": 6, "in_time": 5, "late": 1, "late_handed_in": 1, "missing": 0, "told": "应交 6 份：按时 5、迟交 1、未交 0"},
}  # fmt: skip
SCHEME = {
    "code": "midterm", "title": "中期评估评分方案", "scoring": "score", "full_marks": 100, "decimals": 2,
    "parties": [rounds.party(apart={"share": "0.3"})],
    "dimensions": [
        {"title": "一、专业服务", "marks": 30, "items": [
            {"code": "1.1", "title": "专业督导", "kind": "points", "marks": 10, "standard": "合同 8 场次", "facts": ["NC1-01"]},
            {"code": "1.2", "title": "人才培养", "kind": "graded", "marks": 10, "standard": "合同 4 场", "facts": ["NC1-02"],
             "levels": [{"title": "优", "marks": 10}, {"title": "良", "marks": 8}, {"title": "中", "marks": 6}, {"title": "差", "marks": 0}]},
            {"code": "1.3", "title": "个案管理", "kind": "composite", "marks": 10,
             "parts": [{"title": "档案", "marks": 6}, {"title": "过程", "marks": 4}]},
        ]},
        {"title": "二、服务成效", "marks": 30, "items": [
            {"code": "2.1", "title": "服务满意度", "kind": "points", "marks": 15, "standard": "合同 ≥90%", "facts": ["NC1-03"]},
            {"code": "2.2", "title": "宣传成效", "kind": "indicator", "marks": 15, "indicator": "NC1-04", "basis": "target",
             "bands": [{"ge": 100, "share": 1}, {"ge": 80, "share": "0.8"}, {"ge": 60, "share": "0.6"}]},
        ]},
        {"title": "三、服务管理", "marks": 40, "items": [
            {"code": "3.1", "title": "月简报和月总结", "kind": "deduction", "marks": 10, "each": 2, "unit": "次", "standard": "每月 25 日前", "source": "late_reports"},
            {"code": "3.2", "title": "一项目一档案", "kind": "points", "marks": 20},
            {"code": "3.3", "title": "财务规范", "kind": "pass_fail", "marks": 10, "veto": True},
        ]},
    ],
    "grades": [],
}  # fmt: skip
# Every item that a person enters, as entries: 10 + 8 + 9 + 13 + (9) + (8) + 18 + 10 = 85.
ENTRIES = {
    "1.1": {"points": "10"},
    "1.2": {"level": 1},
    "1.3": {"parts": ["5.5", "3.5"]},
    "2.1": {"points": "13"},
    "3.2": {"points": "18"},
    "3.3": {"passed": True},
}


def arrange(cast, count=1, definition=None, **changes):
    """[the sheets] of so many evaluators in a round that is being scored; all have declared."""
    from documents.actions.snapshots import freeze

    rounds.agree(cast, definition=definition or SCHEME)
    people = [cast.evaluator, *rounds.evaluators(cast, count - 1)]
    round = rounds.opened(cast, people, **changes)
    Round.objects.filter(pk=round.pk).update(facts=freeze("evaluation_facts", FACTS, by=cast.contract_manager, at=NOW))
    return [declared(sheet_of(round, person)) for person in people]


def sheet_of(round, person):
    return Scorer.objects.select_related("membership__account", *queries.BESIDE).get(round=round, membership=person)


def declared(sheet, moment="2024-11-19 09:00"):
    return again(actions.declare(sheet, by=sheet.membership, at=at(moment)))


def again(sheet):
    """The sheet as the database holds it now."""
    return Scorer.objects.select_related("membership__account", *queries.BESIDE).get(pk=sheet.pk)


def save(sheet, item, entry, note="", revision=0, moment=NOW):
    return actions.save_item(sheet, item, entry=entry, note=note, revision=revision, by=sheet.membership, at=moment)


def fill(sheet, **changes):
    """Enter everything; changes are entries by item with _ for the point: _2_1={"points": "8"}."""
    wanted = ENTRIES | {name[1:].replace("_", "."): entry for name, entry in changes.items()}
    for item, entry in wanted.items():
        save(sheet, item, entry, note=f"{item} 的依据")
    return again(sheet)


def sign(sheet, opinion="", moment=NOW):
    return actions.sign(sheet, opinion=opinion, by=sheet.membership, at=moment)
