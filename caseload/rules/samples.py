"""Drawing a sample, and what of a case is told to an evaluator who sees it under a number only."""

import random

MOST = 60
# What the sample tells of an age: not the year, which with a street and a sex may be enough to know somebody.
AGES = ((6, "6 岁以下"), (14, "6 至 13 岁"), (18, "14 至 17 岁"), (60, "18 至 59 岁"), (200, "60 岁以上"))
# A case is sampled once it has a story: before that there is only a name on a list.
DRAWN_FROM = frozenset({"open", "closure_submitted", "closed"})


def draw(ids, count, seed):
    """`count` of the ids in the order of their numbers in the sample; the same seed gives the same sample again.

    The order is part of the draw: were it the order of the cases, number 1 would be the oldest case.
    """
    pool = sorted(str(one) for one in ids)
    return random.Random(seed).sample(pool, min(count, len(pool)))  # noqa: S311 - a draw to be repeated, not a secret


def age_band(birth_date, *, on):
    """The band in which a person's age lies on the day, or 年龄不详."""
    if birth_date is None:
        return "年龄不详"
    age = (on.year - birth_date.year) - ((on.month, on.day) < (birth_date.month, birth_date.day))
    return next(word for limit, word in AGES if age < limit)


def faults(count, total, from_day, to_day):
    """What is wrong with a grant, at once."""
    found = []
    if not total:
        found.append("合同下没有已接案的个案，无从抽样")
    elif count < 1 or count > MOST:
        found.append(f"抽取例数为 1 至 {MOST}")
    if to_day < from_day:
        found.append("截止日不得早于起始日")
    return found
