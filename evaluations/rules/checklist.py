"""The checklist of an acceptance (逐项评审): the pass/fail items of its scheme, what each expert found, and what was mended since."""

from dataclasses import dataclass

JUDGED = "pass_fail"  # the kind of item of which an expert says only whether it fits


@dataclass(frozen=True)
class Sheet:
    """What one expert found: {item code: {"fits": bool, "note": str}}, whole only once it is signed."""

    name: str
    verdicts: dict


@dataclass(frozen=True)
class Wanting:
    """An item that somebody found not to fit: who, with which words."""

    code: str
    title: str
    notes: tuple

    def __str__(self):
        told = "；".join(f"{name}：{note}" for name, note in self.notes)
        return f"{self.code} {self.title}（{told}）"


def items_of(scheme):
    """[(dimension's title, its pass/fail items)] of a parsed scheme; dimensions without such items are left out."""
    found = [
        (dimension.title, tuple(item for item in dimension.items if item.kind == JUDGED))
        for dimension in scheme.dimensions
    ]
    return [(title, items) for title, items in found if items]


def verdict_problems(items, verdicts, *, agrees, opinion):
    """Why the verdicts can't be signed: an item without one, 不符合 without its reason, 同意 over a 不符合 without a word."""
    problems = []
    unknown = set(verdicts) - {item.code for item in items}
    if unknown:
        return [f"评审清单里没有 {'、'.join(sorted(unknown))}"]
    open_items = [item for item in items if "fits" not in verdicts.get(item.code, {})]
    if open_items:
        problems.append(f"还有 {len(open_items)} 项没有意见：{'、'.join(item.code for item in open_items)}")
    wrong = [item for item in items if verdicts.get(item.code, {}).get("fits") is False]
    silent = [item for item in wrong if not verdicts[item.code].get("note", "").strip()]
    problems += [f"{item.code} {item.title}：不符合的须写明原因" for item in silent]
    if agrees and wrong and not opinion.strip():
        problems.append(f"有 {len(wrong)} 项不符合，仍同意通过的须写明理由")
    return problems


def wanting(items, sheets):
    """The items that at least one signed sheet found not to fit, in the order of the list."""
    found = []
    for item in items:
        notes = tuple(
            (sheet.name, sheet.verdicts[item.code].get("note", ""))
            for sheet in sheets
            if sheet.verdicts.get(item.code, {}).get("fits") is False
        )
        if notes:
            found.append(Wanting(item.code, item.title, notes))
    return found


def rework_problems(wanted, rework):
    """Items of the failed round about which the agency doesn't say what it has done (第九条第三款：修改后重新申请)."""
    silent = [row for row in wanted if not rework.get(row.code, "").strip()]
    return [f"上一轮不符合的 {row.code} {row.title}：须写明怎样修改" for row in silent]


def drafted_opinion(wanted):
    """What a failed round's conclusion may start from: one line for each item that was found wanting."""
    return "\n".join(
        f"{row.code} {row.title}：{'；'.join(note for _name, note in row.notes if note)}" for row in wanted
    )


def liability(*, failed_rounds, rework_until, requested_again_on, today):
    """Why the agency is liable for a breach (第九条第三款), or "": the rework came or is too late, or the result failed again."""
    if failed_rounds >= 2:
        return f"修改后第 {failed_rounds} 轮仍未通过评审"
    if rework_until is None:
        return ""
    if requested_again_on is not None and requested_again_on > rework_until:
        return f"修改期限 {rework_until:%Y-%m-%d}，{requested_again_on:%Y-%m-%d} 才重新申请"
    if requested_again_on is None and today > rework_until:
        return f"修改期限 {rework_until:%Y-%m-%d} 已过，还没有重新申请"
    return ""


def appeal_problem(*, result, words, has_appeal, has_later_round):
    """Why the agency can't state its opinion on a conclusion (第九条第二款), or ""."""
    if result != "failed":
        return "未通过的结论才有申述"
    if has_appeal:
        return "这一轮的申述意见已提交"
    if has_later_round:
        return "已重新申请验收，意见写在新一轮的说明里"
    return "" if words.strip() else "须写明申述意见"
