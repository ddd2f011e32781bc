"""How entries become points, the sheets of a party one score, and the parties' scores the total. docs/algorithms/scoring.md.

Everything is exact until two places: a party's total and the total are rounded half up to the scheme's decimals. Entries are
as the sheet keeps them: {"points": "8.5"}, {"level": 1}, {"parts": ["3", "2"]}, {"count": 2}, {"passed": true}, {}.
`sheets` is {scorer: {item code: points}}, `agreed` {item code: points}.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from evaluations.rules.scheme_faults import is_fine, number
from evaluations.rules.words import HOLDS, plain_number

PASSED, FAILED = "passed", "failed"


@dataclass(frozen=True)
class Disagreement:
    """An item on which a party's scorers are further apart than the scheme allows; all four in points."""

    item: object
    lowest: Decimal
    highest: Decimal
    apart: Decimal
    allowed: Decimal


@dataclass(frozen=True)
class ItemTotal:
    """One item of a party's total: its exact points, and how they came about: agreed, or the mean of those `kept`."""

    code: str
    points: Fraction
    kept: tuple
    dropped: tuple = ()
    is_agreed: bool = False
    is_passed: bool = True


@dataclass(frozen=True)
class PartyTotal:
    """A party's score: `points` rounded, of `marks`; `failed` are the items that most of its scorers failed (codes)."""

    code: str
    title: str
    weight: Decimal
    counts: bool
    marks: Decimal
    points: Decimal
    items: tuple
    failed: tuple


@dataclass(frozen=True)
class Total:
    """What a round comes to. `points` is None without points; `vetoes` are the titles of failed veto items, in order.

    `result` is passed or failed where the scheme itself says it (no points, or a veto), else "": then the contract's limits do.
    `worked` is how it was made, as JSON.
    """

    points: Decimal | None
    vetoes: tuple
    grade: str
    result: str
    worked: dict


def rounded(value, decimals):
    """Half up to so many places; value is exact (Fraction, Decimal or int)."""
    value = Fraction(value)
    scaled = value * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole).scaleb(-decimals)


def fact_of(item, facts):
    """The fact of a round's frozen facts (Round.facts.data, or None) that an item is worked out from; None when there is none."""
    if not facts:
        return None
    if item.kind == "indicator":
        return facts.get("items", {}).get(item.indicator)
    if item.source == "late_reports" and "late" in facts.get("reports", {}):
        return {"count": facts["reports"]["late"]}
    return None


def completion(item, fact):
    """The percentage that an indicator item goes by, or None: not measured, or no fact."""
    return number((fact or {}).get("pace" if item.basis == "pace" else "completion"))


def points(item, entry, fact=None):
    """The points of an entry, or None while nothing is entered; ValueError with what is wrong with it.

    `fact` is fact_of(item, facts). An indicator item goes by its fact and ignores the entry; without a percentage it is
    entered by hand like one of points. A deduction with a source takes its count from the fact until one is entered.
    """
    return POINTS[item.kind](item, entry or {}, fact)


def _points(item, entry, _fact):
    if _is_blank(entry.get("points")):
        return None
    given = _given(entry["points"], "得分")
    if given > item.marks:
        raise ValueError(f"得分不得大于 {plain_number(item.marks)}")
    return given


def _is_blank(value):
    return value is None or (isinstance(value, str) and not value.strip())


def _given(value, told):
    given = number(value)
    if given is None or given < 0:
        raise ValueError(f"{told}应为不小于 0 的数字")
    if not is_fine(given, 2):
        raise ValueError(f"{told}最多两位小数")
    return given


def _level(item, entry, _fact):
    level = entry.get("level")
    if _is_blank(level):
        return None
    if (
        isinstance(level, bool)
        or not str(level).isascii()
        or not str(level).isdigit()
        or int(level) >= len(item.levels)
    ):
        raise ValueError(f"从 {'、'.join(one.title for one in item.levels)} 中选一档")
    return item.levels[int(level)].marks


def _parts(item, entry, _fact):
    given = entry.get("parts")
    if given is None or (isinstance(given, list) and all(_is_blank(part) for part in given)):
        return None
    if not isinstance(given, list) or len(given) != len(item.parts):
        raise ValueError(f"应有 {len(item.parts)} 个分项的得分")
    if any(_is_blank(part) for part in given):
        _check_parts(item, given)
        return None
    return _check_parts(item, given)


def _check_parts(item, given):
    total = Decimal(0)
    for part, value in zip(item.parts, given, strict=True):
        own = Decimal(0) if _is_blank(value) else _given(value, part.title)
        if own > part.marks:
            raise ValueError(f"{part.title}不得大于 {plain_number(part.marks)}")
        total += own
    return total


def _indicator(item, entry, fact):
    done = completion(item, fact)
    if done is None:
        return _passed(item, entry, fact) if "passed" in entry else _points(item, entry, fact)
    return item.marks * next((band.share for band in item.bands if done >= band.ge), Decimal(0))


def _deduction(item, entry, fact):
    count = entry.get("count")
    if _is_blank(count):
        count = (fact or {}).get("count")
    if _is_blank(count):
        return None
    if isinstance(count, bool) or not str(count).isascii() or not str(count).isdigit() or int(count) >= 10**6:
        raise ValueError(f"{item.unit}数应为整数")
    return max(item.marks - item.each * int(count), Decimal(0))


def _passed(item, entry, _fact):
    if _is_blank(entry.get("passed")):
        return None
    if not isinstance(entry["passed"], bool):
        raise ValueError("选合格或不合格")
    return item.marks if entry["passed"] else Decimal(0)


POINTS = {
    "points": _points,
    "graded": _level,
    "composite": _parts,
    "indicator": _indicator,
    "deduction": _deduction,
    "pass_fail": _passed,
}


def missing(scheme, party, entries, facts=None):
    """The items of a party's sheet that are not scored yet, or wrongly. `entries` is {item code: entry}, `facts` Round.facts.data."""
    return [item for item in scheme.items_of(party) if _or_none(item, entries.get(item.code), facts) is None]


def _or_none(item, entry, facts):
    try:
        return points(item, entry, fact_of(item, facts))
    except ValueError:
        return None


def so_far(scheme, party, scored):
    """What a sheet in work comes to: (points, marks of the items scored, the points that this makes of the whole sheet or None).

    `scored` is {item code: points or None}.
    """
    done = [item for item in scheme.items_of(party) if scored.get(item.code) is not None]
    marks = sum((item.marks for item in done), Decimal(0))
    own = sum((scored[item.code] for item in done), Decimal(0))
    if not marks:
        return own, marks, None
    return own, marks, rounded(Fraction(own) * Fraction(scheme.marks_of(party)) / Fraction(marks), scheme.decimals)


def disagreements(scheme, party, sheets):
    """The items on which a party's scorers differ by more than the scheme allows, in order; an agreed score settles one."""
    judge, found = scheme.party(party), []
    for item in scheme.items_of(party):
        allowed = judge.allowed(item)
        given = [sheet[item.code] for sheet in sheets.values() if sheet.get(item.code) is not None]
        if allowed is not None and given and max(given) - min(given) > allowed:
            found.append(Disagreement(item, min(given), max(given), max(given) - min(given), allowed))
    return found


def party_total(scheme, party, sheets, agreed=None):
    """One party's score out of its scorers' full sheets; an agreed score takes the place of an item's own ones.

    ValueError when a sheet lacks an item, nobody has scored, or a disagreement is not settled.
    """
    judge, agreed = scheme.party(party), agreed or {}
    if not sheets:
        raise ValueError(f"{judge.title}还没有评分")
    unsettled = [one.item.title for one in disagreements(scheme, party, sheets) if one.item.code not in agreed]
    if unsettled:
        raise ValueError(f"还有分歧未合议：{'、'.join(unsettled)}")
    items = tuple(_item_total(scheme, judge, item, sheets, agreed) for item in scheme.items_of(party))
    return PartyTotal(
        code=judge.code,
        title=judge.title,
        weight=judge.weight,
        counts=judge.counts,
        marks=scheme.marks_of(party),
        points=rounded(sum((one.points for one in items), Fraction(0)), scheme.decimals),
        items=items,
        failed=tuple(one.code for one in items if not one.is_passed),
    )


def _item_total(scheme, judge, item, sheets, agreed):
    given = sorted(sheet[item.code] for sheet in sheets.values() if sheet.get(item.code) is not None)
    if len(given) != len(sheets):
        raise ValueError(f"{judge.title}还有未评的项：{item.title}")
    if item.code in agreed:
        settled = agreed[item.code]
        return ItemTotal(item.code, Fraction(settled), tuple(given), (), True, _is_passed(scheme, item, [settled]))
    trims = judge.aggregate == "trimmed_mean" and len(given) >= judge.trim_from
    kept, dropped = (given[1:-1], (given[0], given[-1])) if trims else (given, ())
    mean = sum(map(Fraction, kept), Fraction(0)) / len(kept)
    return ItemTotal(item.code, mean, tuple(kept), dropped, False, _is_passed(scheme, item, given))


def _is_passed(scheme, item, given):
    """Passed when more than half of all scorers say so: full marks of a pass/fail item or scheme, any points otherwise."""
    least = item.marks if item.kind == "pass_fail" or not scheme.has_points else None
    good = [value for value in given if (value > 0 if least is None else value == least)]
    return len(good) * 2 > len(given)


def total(scheme, party_totals):
    """The total of a round out of the PartyTotals of all parties that have weight (others may be among them).

    With points: full marks × the sum of weight × points / marks. Without: passed when no party that counts failed an item.
    A failed veto item makes the result failed whatever the points; these stay. ValueError when a party is missing.
    """
    known = {one.code: one for one in party_totals}
    for party in scheme.weighted:
        if party.code not in known:
            raise ValueError(f"{party.title}还没有评分")
    judges = [known[party.code] for party in scheme.parties if party.code in known]
    failed = {code for one in judges if one.counts for code in one.failed}
    vetoes = tuple(item.title for item in scheme.items if item.veto and item.code in failed)
    if not scheme.has_points:
        result = FAILED if failed else PASSED
        return Total(None, vetoes, "", result, _worked(scheme, judges, None, vetoes, "", result))
    shares = [Fraction(one.weight) * Fraction(one.points) / Fraction(one.marks) for one in judges if one.weight]
    reached = rounded(Fraction(scheme.full_marks) * sum(shares, Fraction(0)), scheme.decimals)
    grade = "" if vetoes else grade_of(scheme, reached)
    result = FAILED if vetoes else ""
    return Total(reached, vetoes, grade, result, _worked(scheme, judges, reached, vetoes, grade, result))


def grade_of(scheme, reached):
    """The grade that points are worth, or ""."""
    return next((grade.title for grade in scheme.grades if reached >= grade.ge), "")


def _worked(scheme, judges, reached, vetoes, grade, result):
    """The way to a total as JSON; texts of decimals, so that it freezes and prints as it is."""
    return {
        "points": None if reached is None else plain_number(reached),
        "full_marks": None if scheme.full_marks is None else plain_number(scheme.full_marks),
        "vetoes": list(vetoes),
        "grade": grade,
        "result": result,
        "parties": [_worked_party(scheme, one) for one in judges],
    }


def _worked_party(scheme, one):
    share = Fraction(one.points) / Fraction(one.marks) if one.marks else Fraction(0)
    worth = Fraction(scheme.full_marks or 0) * Fraction(one.weight) * share
    return {
        "code": one.code,
        "title": one.title,
        "weight": plain_number(one.weight),
        "points": plain_number(one.points),
        "marks": plain_number(one.marks),
        # For people only: what this party brings, to four places; the total is made of the exact ones.
        "worth": plain_number(rounded(worth, 4)),
        "failed": list(one.failed),
        "items": {item.code: _worked_item(item) for item in one.items},
    }


def _worked_item(item):
    return {
        "points": plain_number(rounded(item.points, 4)),
        "kept": [plain_number(value) for value in item.kept],
        "dropped": [plain_number(value) for value in item.dropped],
        "agreed": item.is_agreed,
    }


def _limits(limits):
    return limits.items() if isinstance(limits, Mapping) else (limits or ())


def holds(value, limits):
    """Whether a value meets all limits of a contract, {"ge": 70, "lt": 80}."""
    return all(HOLDS[word][1](value, Decimal(str(limit))) for word, limit in _limits(limits))


def lines_hit(score, consequences, pass_limits=()):
    """The limits of the contract that a score lies exactly on, from high to low: they ask for a recorded decision (A-25).

    `consequences` are the evaluation's rows, `pass_limits` its pass mark ({"ge": 80}) or nothing.
    """
    if score is None:
        return []
    limits = [limit for row in consequences for _word, limit in _limits(row.get("score"))]
    limits += [limit for _word, limit in _limits(pass_limits)]
    return sorted({Decimal(str(limit)) for limit in limits if Decimal(str(limit)) == score}, reverse=True)


def followed(rows, *, score=None, result=None, reminders=None):
    """The consequence rows of a contract that apply, in its order: every condition that a row names has to be met.

    `score` in points, `result` passed | failed | rectification_failed, `reminders` a number; None: not known, not met.
    """
    return [row for row in rows if _applies(row, score, result, reminders)]


def _applies(row, score, result, reminders):
    named = [word for word in ("score", "result", "reminders") if row.get(word)]
    met = {
        "score": score is not None and holds(score, row.get("score")),
        "result": result is not None and row.get("result") == result,
        "reminders": reminders is not None and holds(reminders, row.get("reminders")),
    }
    return bool(named) and all(met[word] for word in named)
