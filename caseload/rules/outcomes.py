"""What became of a case in numbers: how far each goal was attained, and scale scores before and after.

Clause: MTG04 附件2 五（三）5（2）（目标的实现程度）; FCG 二 心理疏导（量表评分下降幅度）. Pure: values in, values out.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, InvalidOperation

# What a worker says where numbers don't tell it, and how far that is for a bar.
DEGREES = {"未实现": 0, "部分实现": 50, "基本实现": 80, "完全实现": 100}
LOW_IS_GOOD, HIGH_IS_GOOD = "低分为好", "高分为好"
DIRECTIONS = (LOW_IS_GOOD, HIGH_IS_GOOD)
MOST_SCALES, LONGEST_NAME, MOST_MARKS = 6, 40, Decimal(1000)
# Scales in common use: name → (full marks, direction), so that neither is typed.
KNOWN = {
    "患者健康问卷抑郁量表（PHQ-9）": (27, LOW_IS_GOOD),
    "广泛性焦虑量表（GAD-7）": (21, LOW_IS_GOOD),
    "抑郁自评量表（SDS）": (100, LOW_IS_GOOD),
    "焦虑自评量表（SAS）": (100, LOW_IS_GOOD),
    "流调中心抑郁量表（CES-D）": (60, LOW_IS_GOOD),
    "老年抑郁量表（GDS-15）": (15, LOW_IS_GOOD),
    "世卫组织幸福感指数（WHO-5）": (25, HIGH_IS_GOOD),
    "日常生活能力量表（Barthel）": (100, HIGH_IS_GOOD),
    "一般自我效能感量表（GSES）": (40, HIGH_IS_GOOD),
    "社会支持评定量表（SSRS）": (66, HIGH_IS_GOOD),
}
_NUMBER = re.compile(r"^[^\d\-]{0,6}?(-?\d+(?:\.\d+)?)\s*([^\d]{0,10})$")


# --- goals ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Attained:
    """A goal and how far it was attained: `percent` 0 to 100 for a bar, None while nobody can say; `told` in words."""

    title: str
    before: str
    now: str
    target: str
    percent: int | None
    told: str


def attained(goal):
    """How far a goal was attained: by its numbers where all three have the same unit, else as the worker judged.

    `goal` is a dict of title, before, now, target, degree (each may lack).
    """
    before, now, target = (str(goal.get(name) or "") for name in ("before", "now", "target"))
    percent, degree = _by_numbers(before, now, target), goal.get("degree") or ""
    if percent is not None:
        told = f"{percent}%" if percent <= 100 else f"{percent}%（超出目标）"
    elif now and now == target:
        percent, told = 100, "完全实现"
    elif degree in DEGREES:
        percent, told = DEGREES[degree], degree
    else:
        told = "未评定"
    bar = None if percent is None else max(0, min(100, percent))
    return Attained(str(goal.get("title") or ""), before, now, target, bar, told)


def _by_numbers(before, now, target):
    told = [_NUMBER.match(text.strip()) for text in (before, now, target)]
    if not all(told) or len({match[2].strip() for match in told}) > 1:
        return None
    start, reached, end = (Decimal(match[1]) for match in told)
    if start == end:
        return 100 if reached == end else None
    return max(0, int(((reached - start) * 100 / (end - start)).to_integral_value(ROUND_FLOOR)))


# --- scales ---------------------------------------------------------------------------------------------------------
def cleaned(rows):
    """Scale scores as they are kept: dicts of name, full, direction, score, all text; lines without a score are left out.

    Full marks and direction of a scale in common use are filled in where they weren't given.
    """
    kept = []
    for row in rows if isinstance(rows, list | tuple) else ():
        row = {name: str(row.get(name) or "").strip()[:LONGEST_NAME] for name in ("name", "full", "direction", "score")}
        if row["score"]:
            full, direction = KNOWN.get(row["name"], ("", ""))
            kept.append({**row, "full": row["full"] or str(full), "direction": row["direction"] or direction})
    return kept[:MOST_SCALES]


def faults(rows):
    """What is wrong with cleaned rows, in words, all at once."""
    found = []
    for row in rows:
        name, full, score = row["name"] or "未写名称的量表", _number(row["full"]), _number(row["score"])
        if not row["name"]:
            found.append("写明量表名称")
        if row["direction"] not in DIRECTIONS:
            found.append(f"{name}：选低分为好或高分为好")
        if full is None or not 0 < full <= MOST_MARKS:
            found.append(f"{name}：满分须是大于 0 的数")
        elif score is None or not 0 <= score <= full:
            found.append(f"{name}：得分须在 0 到 {row['full']} 之间")
    names = [row["name"] for row in rows]
    found += [f"{name}写了两次" for name in dict.fromkeys(names) if name and names.count(name) > 1]
    return found


def _number(text):
    try:
        number = Decimal(str(text))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def is_within(text, most):
    """Whether a text is a number from 0 to `most`."""
    number = _number(text)
    return number is not None and 0 <= number <= most


def told(rows):
    """Scores in words, one line each: 焦虑自评量表（SAS）：62 分（满分 100，低分为好）."""
    return "\n".join(f"{row['name']}：{row['score']} 分（满分 {row['full']}，{row['direction']}）" for row in rows)


@dataclass(frozen=True)
class Course:
    """One scale over a case: (day, score) from first to last; numbers are Decimal."""

    name: str
    full: Decimal
    is_low_good: bool
    scores: tuple

    @property
    def pre(self):
        return self.scores[0]

    @property
    def post(self):
        """The last score, None while there is only the first."""
        return self.scores[-1] if len(self.scores) > 1 else None

    @property
    def fall(self):
        """By how many percent the score fell from first to last (a rise is negative), None when it can't be said."""
        if self.post is None or not self.pre[1]:
            return None
        return ((self.pre[1] - self.post[1]) * 100 / self.pre[1]).quantize(Decimal("0.1"), ROUND_HALF_UP)

    @property
    def told(self):
        """由 62 分降至 40 分，下降 35.5%，好转."""
        if self.post is None:
            return f"{self.pre[1]:f} 分（{self.pre[0]:%Y-%m-%d}），尚未复测"
        before, after = self.pre[1], self.post[1]
        if before == after:
            return f"前后都是 {before:f} 分，没有变化"
        is_better = (after < before) == self.is_low_good
        word = "降" if after < before else "升"
        share = "" if self.fall is None else f"，{'下降' if after < before else '上升'} {abs(self.fall):f}%"
        return f"由 {before:f} 分{word}至 {after:f} 分{share}，{'好转' if is_better else '变差'}"


def courses(measured):
    """[Course] of [(day, cleaned rows)] in the order in which scales first appear; a scale is known by its name.

    The same scale twice on one day counts once, as written last. Full marks and direction are those written last.
    """
    found = {}
    for day, rows in sorted(measured, key=lambda pair: pair[0]):
        for row in rows:
            if not faults([row]):
                known = found.setdefault(row["name"], {"scores": {}})
                known["scores"][day] = _number(row["score"])
                known |= {"full": _number(row["full"]), "is_low_good": row["direction"] == LOW_IS_GOOD}
    return [
        Course(name, known["full"], known["is_low_good"], tuple(known["scores"].items()))
        for name, known in found.items()
    ]


def counted(goals, found):
    """What indicators may count of them, as facts of the case.

    goals, goals_met, and of the first scale that was measured again pre_score, post_score, fall_percent. A fact that can't be said now is None, so that an older one is taken back.
    """
    judged = [attained(goal) for goal in goals if goal.get("title")]
    facts = {
        "goals": len(judged) or None,
        "goals_met": sum(goal.percent == 100 for goal in judged) if judged else None,
        "pre_score": None,
        "post_score": None,
        "fall_percent": None,
    }
    whole = next((course for course in found if course.post), None)
    if whole:
        fall = whole.fall
        facts |= {"pre_score": float(whole.pre[1]), "post_score": float(whole.post[1])}
        facts["fall_percent"] = None if fall is None else float(fall)
    return facts
