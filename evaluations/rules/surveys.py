"""Surveys: their steps, the seeded sample in strata, and what the answers come to. Pure.

Clauses: MTG04 附件2 一（七）第8项 (original answers to the purchaser), FCG 二（一）3 (rate, four dimensions, report), NC1 二（一）5.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from evaluations.rules import questionnaires as q

DRAFT, OPEN, CLOSED = "draft", "open", "closed"
MOVES = {
    "open": ({DRAFT}, OPEN),
    "close": ({OPEN}, CLOSED),
}
SLIP, LINK, PAPER, PHONE, FACE = "slip", "link", "paper", "phone", "face"
WAYS = {SLIP: "专用码", LINK: "公开链接", PAPER: "纸质问卷", PHONE: "电话访谈", FACE: "当面读题"}
ENTERED = (PAPER, PHONE, FACE)
# Whom a slip is for: a drawn person answers by their own code, by telephone, or face to face.
WITH_SAMPLE = {SLIP, PHONE, FACE}
POPULATIONS = {"records": "已核服务记录的服务对象", "cases": "个案服务对象"}
WAITING, ANSWERED, REFUSED, ABSENT = "waiting", "answered", "refused", "absent"
# A link that is passed around must not fill a survey with inventions.
MOST_BY_LINK = 5000
MOST_SLIPS = 2000
# A younger child doesn't answer: the head of the household is asked instead.
YOUNGEST = 14
UNKNOWN = "二维码或链接无效，请向发问卷的单位核对"
NOT_YET = "调查还没有开始"
OVER = "调查已经结束，谢谢你的关心"


# --- the sample ---------------------------------------------------------------------------------------------------
def asked_instead(born_on, person, head, on):
    """Who is drawn for a served person: the person, or the household's head for a child under 14."""
    if born_on is None or head is None:
        return person
    age = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
    return person if age >= YOUNGEST else head


def shares(sizes, target):
    """{stratum: how many to draw} of a target, in proportion to the strata's sizes by largest remainders.

    Every stratum that has people gets one while the target allows; none gets more than it has. The sum is the target or,
    if fewer people were served, everybody.
    """
    sizes = {stratum: size for stratum, size in sizes.items() if size}
    target = min(target, sum(sizes.values()))
    given = dict.fromkeys(sizes, 1 if target >= len(sizes) else 0)
    left = target - sum(given.values())
    total = sum(sizes.values()) - sum(given.values())
    exact = {stratum: Fraction((size - given[stratum]) * left, total) if total else Fraction(0) for stratum, size in sizes.items()}  # fmt: skip
    for stratum, share in exact.items():
        given[stratum] += share.numerator // share.denominator
    missing = target - sum(given.values())
    by_remainder = sorted(exact, key=lambda stratum: (-(exact[stratum] % 1), str(stratum)))
    for stratum in [one for one in by_remainder if given[one] < sizes[one]][:missing]:
        given[stratum] += 1
    return given


def ordered(seed, people):
    """People of a stratum in the order in which the seed draws them; the same for the same seed and people, however they come."""
    return sorted(people, key=lambda person: (hashlib.sha256(f"{seed}|{person}".encode()).digest(), str(person)))


def drawn(seed, frame, wanted):
    """{stratum: [people]}: of each stratum of the frame the first that the seed draws, as many as wanted."""
    return {stratum: ordered(seed, frame.get(stratum, ()))[:number] for stratum, number in wanted.items()}


def further(seed, people, known, number):
    """The next `number` people whom the seed draws after those known: in place of who refused or wasn't found."""
    return [person for person in ordered(seed, people) if person not in known][:number]


# --- before it opens ----------------------------------------------------------------------------------------------
def opening_gaps(*, ways, has_sample, definition_faults):
    """What is missing before a survey opens."""
    gaps = [f"问卷：{told}" for told in definition_faults]
    if SLIP in ways and not has_sample:
        gaps.append("专用码须先抽样")
    if SLIP in ways and LINK in ways:
        gaps.append("专用码和公开链接不能同在一份调查里：抽中的人会答两次。另办一份公开的")
    return gaps


def why_shut(state, from_day, to_day, on):
    """The sentence for somebody who comes to answer and can't; "" while answers are taken."""
    if state == DRAFT or on < from_day:
        return NOT_YET
    return OVER if state == CLOSED or on > to_day else ""


# --- what the answers come to -------------------------------------------------------------------------------------
def percent(part, whole):
    """A share in percent with one decimal, half up; None without a whole. A rate is always told with its two numbers."""
    if not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Given:
    """One answer that counts, as the results read it."""

    way: str
    stratum: tuple
    answers: dict
    satisfied: bool | None
    score: Decimal | None
    is_valid: bool


@dataclass
class Tally:
    """Answers of one kind: how many came, are valid, are satisfied, and what they score."""

    came: int = 0
    valid: int = 0
    satisfied: int = 0
    judged: int = 0
    scored: int = 0
    points: Decimal = Decimal(0)

    def add(self, satisfied, score, *, is_valid=True):
        self.came += 1
        if not is_valid:
            return
        self.valid += 1
        if satisfied is not None:
            self.judged += 1
            self.satisfied += satisfied
        if score is not None:
            self.scored += 1
            self.points += score

    @property
    def rate(self):
        """The rate in percent, or None without an answer."""
        return percent(self.satisfied, self.judged)

    @property
    def mean(self):
        """The mean score with two decimals, or None."""
        return (self.points / self.scored).quantize(Decimal("0.01"), ROUND_HALF_UP) if self.scored else None

    @property
    def told(self):
        """满意 47 / 有效 52 = 90.4%; "" without an answer."""
        return f"满意 {self.satisfied} / 有效 {self.judged} = {self.rate}%" if self.judged else ""


@dataclass
class Results:
    """What a survey came to: the whole, and its parts, each with its own numerator and denominator."""

    whole: Tally = field(default_factory=Tally)
    ways: dict = field(default_factory=dict)
    strata: dict = field(default_factory=dict)
    dimensions: dict = field(default_factory=dict)
    questions: list = field(default_factory=list)


def results(questionnaire, given):
    """The Results of a survey's answers (Given) that were not made void."""
    found, counts = Results(), {one.code: Counter() for one in questionnaire.chosen}
    for row in given:
        for tally in (
            found.whole,
            found.ways.setdefault(row.way, Tally()),
            found.strata.setdefault(row.stratum, Tally()),
        ):
            tally.add(row.satisfied, row.score, is_valid=row.is_valid)
        if not row.is_valid:
            continue
        for question in questionnaire.chosen:
            value = row.answers.get(question.code)
            if value is None:
                continue
            counts[question.code][value] += 1
            if question.dimension and question.kind in q.SCORED:
                graded = question.kind == q.GRADE
                content = value in q.CONTENT if graded else None
                found.dimensions.setdefault(question.dimension, Tally()).add(content, Decimal(value))
    found.questions = [
        (one, [(word, counts[one.code][value]) for value, word in one.options], sum(counts[one.code].values()))
        for one in questionnaire.chosen
    ]
    return found


def response_rate(states):
    """(answered, drawn, percent) of the slips: `states` is {state: number}; everybody drawn is in the denominator."""
    total = sum(states.values())
    return states.get(ANSWERED, 0), total, percent(states.get(ANSWERED, 0), total)
