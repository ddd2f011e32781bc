"""Decisions about people likely to wander off again, their medicines' like and the things that were taken from residents."""

import re

STABLE, NOTABLE = "stable", "notable"
CALL_LABELS = {STABLE: "情况平稳", NOTABLE: "有情况"}
# Which of a call's answers a kind may count; a kind without these fields keeps them in the words alone.
AGAIN, TOLD = "vagrant_again", "told_civil_affairs"
TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
KEPT, GIVEN_BACK, DESTROYED = "kept", "returned", "destroyed"
ITEM_LABELS = {KEPT: "保管中", GIVEN_BACK: "已归还", DESTROYED: "已销毁"}
# verb: (states in which it is allowed, the state afterwards)
ITEM_MOVES = {"return": (frozenset({KEPT}), GIVEN_BACK), "destroy": (frozenset({KEPT}), DESTROYED)}
ITEM_VERBS = {"seize": "收缴", "return": "归还", "destroy": "销毁"}


def person_problems(*, name, reason, reasons, phone, guardian):
    """Everything that a person's entry lacks."""
    problems = [] if name.strip() else ["未填姓名"]
    problems += [] if reason in reasons else ["选择类别"]
    problems += [] if guardian.strip() else ["未填监护人"]
    return problems if re.fullmatch(r"[0-9+\- ]{7,20}", phone.strip()) else [*problems, "联系电话须为 7 至 20 位数字"]


def call_problems(*, result, again, told, note):
    """Why a call can't be logged so: whoever wandered off again is told to the civil affairs office, or why not."""
    problems = [] if result in CALL_LABELS else ["选择通话结果"]
    problems += ["有情况须写明"] if result == NOTABLE and not note.strip() else []
    if told and not again:
        problems.append("反馈辖区民政部门，先勾选发现反复流浪")
    return problems


def call_facts(fields, *, again, told):
    """The answers that the kind counts."""
    asked = {field["name"] for field in fields if field.get("type") == "boolean" and not field.get("retired")}
    return {name: value for name, value in ((AGAIN, again), (TOLD, told)) if name in asked}


def medicine_problems(*, medicine, dose, times, prescribed_by, from_day, entered_on, left_on):
    """Everything that a medicine's plan lacks."""
    problems = [] if medicine.strip() else ["未填药名"]
    problems += [] if dose.strip() else ["未填每次用量"]
    problems += [] if prescribed_by.strip() else ["未填开方医疗机构"]
    if not times:
        problems.append("写明每日服药时间，如 08:00")
    wrong = [time for time in times if not TIME.fullmatch(time)]
    problems += [f"服药时间 {'、'.join(wrong)} 不是 24 小时制，如 08:00"] if wrong else []
    if from_day < entered_on or (left_on is not None and from_day > left_on):
        problems.append("起始日不在此人在站期间")
    return problems


def read_times(text):
    """The times of a day from what was typed, in order, each once: "8:00 20:00" → ["08:00", "20:00"]."""
    found = [part for part in re.split(r"[\s,，、;；]+", text.strip()) if part]
    return sorted(dict.fromkeys(part.replace("：", ":").zfill(5) for part in found))
