"""One scorer's sheet: when it is open, what it still misses, what others may see of it, what a signature covers.

How entries become points and sheets a total is said in evaluations.rules.scoring.
"""

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from evaluations.rules.words import plain_number

SELF = "self"
ASSIGNED, DECLARED, SIGNED, RECUSED, RELEASED = "assigned", "declared", "signed", "recused", "released"
# Whoever stands in the round; the sheets of the others count nowhere.
ACTIVE = (ASSIGNED, DECLARED, SIGNED)
MOVES = {
    "declare": ({ASSIGNED}, DECLARED),
    # An interest may come to light after the first entries, too.
    "recuse": ({ASSIGNED, DECLARED}, RECUSED),
    "sign": ({DECLARED}, SIGNED),
}
# What an effect of the contract is called in two or four letters, the gravest first.
EFFECTS = {
    "terminate": "终止",
    "debar": "不再合作",
    "cancel_payment": "不予支付",
    "hold_payment": "暂停付款",
    "extend": "延期",
    "rectify": "整改",
    "re_evaluate": "重新评估",
    "pay": "付款",
    "continue": "继续",
}
BAD, GOOD = {"terminate", "debar", "cancel_payment"}, {"continue", "pay"}


def closed_because(*, state, round_state, party, is_in_time):
    """Why nothing can be entered on a sheet now, in Chinese; "" while it is open."""
    if state == SIGNED:
        return "已签名，不能再改"
    if state not in ACTIVE:
        return "你已不在这一轮的评分人里"
    if not is_in_time:
        return "评估期已过，请找组织方"
    if state == ASSIGNED:
        return "先声明利害关系，再评分"
    if round_state != ("self_evaluation" if party == SELF else "scoring"):
        return "还没有开始评分" if round_state in ("prepared", "self_evaluation") else "评分已经结束"
    return ""


def way(item, has_points, percentage):
    """How an item is entered: computed (nobody enters it), points, graded, composite, deduction or pass_fail.

    `percentage` is the frozen one that an indicator item goes by; without it the item is entered by hand.
    """
    if item.kind != "indicator":
        return item.kind
    if percentage is not None:
        return "computed"
    return "points" if has_points else "pass_fail"


def shown_facts(item, facts):
    """The frozen facts that stand beside an item, in the scheme's order; those that the round has not kept are left out."""
    codes = dict.fromkeys(([item.indicator] if item.indicator else []) + list(item.facts))
    return [facts["items"][code] for code in codes if code in facts.get("items", {})]


def numbered(scorers, mine):
    """{scorer id: what it is called to the others of its party}: 评估人 1, 2 … in a fixed order, oneself included."""
    return {row: f"评估人 {no}" if row != mine else "我" for no, row in enumerate(scorers, 1)}


def may_see(item, mine, others):
    """{scorer id: points} of the others on an item: nothing before one's own score, then whoever has scored it, too."""
    if mine.get(item) is None:
        return {}
    return {scorer: sheet[item] for scorer, sheet in others.items() if sheet.get(item) is not None}


def scaled(points, marks, full_marks):
    """Points on some of the items as they would be on all of them, one decimal; None before the first item."""
    return None if not marks else (points * full_marks / marks).quantize(Decimal("0.1"))


@dataclass(frozen=True)
class Comparison:
    """Two sheets on the items that both have scored: marks of those items, each one's points scaled to full marks."""

    marks: Decimal
    mine: Decimal | None
    other: Decimal | None

    @property
    def apart(self):
        return None if self.mine is None else abs(self.mine - self.other)


def compared(marks, full_marks, mine, other):
    """My sheet and another's on the items that both have scored; `marks` is {item: marks}."""
    both = [item for item in marks if mine.get(item) is not None and other.get(item) is not None]
    base = sum((marks[item] for item in both), Decimal(0))
    return Comparison(
        base,
        scaled(sum((mine[item] for item in both), Decimal(0)), base, full_marks),
        scaled(sum((other[item] for item in both), Decimal(0)), base, full_marks),
    )


def told_effects(rows):
    """What consequences say in few letters: 整改、延期; "" for none."""
    found = {effect for row in rows for effect in row.get("effects", ())}
    return "、".join(word for effect, word in EFFECTS.items() if effect in found)


def kind_of(rows):
    """The colour of what follows: bad for an end, warn for an order, ok for going on."""
    found = {effect for row in rows for effect in row.get("effects", ())}
    return "bad" if found & BAD else "warn" if found - GOOD else "ok"


@dataclass(frozen=True)
class Stretch:
    """A stretch of the scale on which the same follows; ends in points and, for drawing, in percent of full marks."""

    start: Decimal
    end: Decimal
    kind: str
    told: str
    left: Decimal
    width: Decimal

    @property
    def span(self):
        return f"{plain_number(self.start)}–{plain_number(self.end)}"


def stretches(full_marks, limits, followed):
    """The scale cut at the contract's lines; `followed(points)` are the consequences of a score between two lines."""
    full = Decimal(full_marks)
    cuts = sorted({Decimal(0), full, *(Decimal(str(limit)) for limit in limits if 0 < Decimal(str(limit)) < full)})
    drawn = []
    for start, end in pairwise(cuts):
        rows = followed((start + end) / 2)
        drawn.append(
            Stretch(start, end, kind_of(rows), told_effects(rows), start * 100 / full, (end - start) * 100 / full)
        )
    return drawn


@dataclass(frozen=True)
class Need:
    """One line of what a signature needs; `told` in Chinese, done or not."""

    told: str
    is_done: bool = False


def needs(*, unscored, apart, unopened, is_declared, closed=""):
    """What is between a sheet and its signature, all at once: items, disagreements, samples, the declaration, the time."""
    lines = [
        Need("各项均已评分", is_done=True) if not unscored else Need(f"{len(unscored)} 项未评分：{_few(unscored)}"),
        *([Need(f"{len(apart)} 项分歧未合议：{_few(apart)}")] if apart else []),
        *([Need(f"{unopened} 份样本未看")] if unopened else []),
        Need("无利害关系已声明", is_done=True) if is_declared else Need("未声明利害关系"),
    ]
    return lines + ([Need(closed)] if closed else [])


def missing(lines):
    return [line.told for line in lines if not line.is_done]


def _few(codes):
    codes = list(codes)
    return "、".join(codes[:4]) + (f" 等 {len(codes)} 项" if len(codes) > 4 else "")


def stands(voices, active):
    """Whether an agreement stands: everybody who scores for the party has said yes."""
    return bool(active) and set(active) <= set(voices)


def agreed_problem(points, *, marks, is_vote):
    """Why points can't be agreed on, in Chinese; "" when they can. A vote is all or nothing."""
    if points is None or not 0 <= points <= marks:
        return f"合议得分应在 0 至 {plain_number(marks)} 之间"
    if points.as_tuple().exponent < -2:
        return "合议得分最多两位小数"
    return "合议得分应为合格或不合格" if is_vote and points not in (0, marks) else ""
