"""Decisions about readings: who speaks for which side, when a reading is agreed, what an amendment may change and when it holds."""

from datetime import timedelta

SIDES = {"purchaser": "甲方", "provider": "乙方"}
# The steps of an amendment; the one who did not propose it decides.
AMENDMENT_MOVES = {
    "confirm": ({"proposed"}, "agreed"),
    "refuse": ({"proposed"}, "refused"),
    "withdraw": ({"proposed"}, "withdrawn"),
    "put_in_force": ({"agreed"}, "in_force"),
}
OPEN = ("proposed", "agreed")


def side_of(*, member_side, is_provider, is_purchaser):
    """Which side of a contract a member speaks for ("purchaser", "provider"), or "" for neither."""
    if member_side == "purchaser" and is_purchaser:
        return "purchaser"
    return "provider" if member_side == "provider" and is_provider else ""


def is_agreed(verdicts):
    """Whether both sides confirm a reading; `verdicts` maps a side to confirmed or objected."""
    return all(verdicts.get(side) == "confirmed" for side in SIDES)


def unconfirmed(verdicts):
    """What keeps a reading from being agreed: 乙方未确认, 甲方有异议; "" when it is agreed."""
    told = {"": "未确认", "objected": "有异议"}
    open_sides = [(label, verdicts.get(side, "")) for side, label in SIDES.items() if verdicts.get(side) != "confirmed"]
    return "，".join(f"{label}{told[verdict]}" for label, verdict in open_sides)


def activation_faults(*, missing, has_terms, indicators, readings):
    """Everything that keeps a draft contract from being performed, as texts that say what to do.

    `missing` are labels of empty fields; `indicators` are (title, force, {side: verdict}); `readings` are (title, whether
    there is a choice, whether it was made). Plan and report-only indicators decide no payment and need no confirmation.
    """
    faults = [f"{label}未填" for label in missing]
    if not has_terms:
        faults.append("付款约定未填")
    if not indicators:
        faults.append("还没有指标")
    faults += [
        f"指标“{title}”{unconfirmed(verdicts)}"
        for title, force, verdicts in indicators
        if force == "hard" and not is_agreed(verdicts)
    ]
    faults += [f"待明确事项“{title}”未选定" for title, has_choice, decided in readings if has_choice and not decided]
    return faults


def amendment_faults(*, state, term, effective_on, changes):
    """Why this amendment can't be proposed, as texts; `term` is the contract's (first, last) day."""
    faults = []
    if state != "active":
        faults.append("只有履行中的合同办理变更；草稿直接修改")
    if not changes:
        faults.append("没有改动")
    first, last = term
    if first is not None and not first <= effective_on <= last:
        faults.append(f"生效日期应在服务期 {first:%Y-%m-%d} 至 {last:%Y-%m-%d} 内")
    return faults


def dated_requirement(old, new, *, since):
    """A requirement with what holds from a day on: 154, then 140 since 2024-09-01; a change on the same day replaces it.

    Both are as the vocabulary writes them: a mapping of comparisons, or a list of them with `since`.
    """
    entries = [dict(entry) for entry in old] if isinstance(old, list | tuple) else [dict(old)]
    kept = [entry for entry in entries if str(entry.get("since", "")) < since.isoformat()]
    return [*kept, {"since": since.isoformat(), **new}]


def succession(definition, *, since, term, code):
    """The two definitions when both sides keep the old reading for the past: (the old one, closed; its successor, from `since`)."""
    first, last = term
    window = definition.get("within") or [first.isoformat(), last.isoformat()]
    closed = {**definition, "within": [str(window[0]), (since - timedelta(days=1)).isoformat()]}
    return closed, {**definition, "id": code, "within": [since.isoformat(), str(window[1])]}


def successor_code(code, known):
    """A free code for a successor: A → A-2 → A-3, never longer than a code may be."""
    number = 2
    while f"{code[:26]}-{number}" in known:
        number += 1
    return f"{code[:26]}-{number}"


def amended(definitions, changes):
    """A contract's definitions with an amendment's changes: replaced in place, successors right behind, new ones last."""
    by_code = {change["code"]: change for change in changes}
    made = []
    for definition in definitions:
        change = by_code.pop(definition["id"], None)
        made.append(definition if change is None else change["definition"])
        if change is not None and change.get("successor"):
            made.append(change["successor"])
    return [*made, *(change["definition"] for change in by_code.values())]


def stale(changes, versions):
    """The codes whose reading has moved on since an amendment was written; `versions` maps codes to version numbers."""
    return [change["code"] for change in changes if change["base_version"] != versions.get(change["code"], 0)]
