"""A year's holidays as they are announced: read from pasted lines or taken from the library, compared with what stands. Pure.

国务院办公厅 announces each year's holidays, and the Saturdays and Sundays that are worked for them, late in the year before.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from chinese_calendar import constants as statutory

SOURCE = "国务院办公厅关于部分节假日安排的通知"
NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}
LONGEST = 31  # no holiday is longer; a longer stretch is a slip of the pen
ONE_DAY = timedelta(days=1)
_DAY = r"(?:(\d{4})\s*[年/.-]\s*)?(\d{1,2})\s*[月/.-]\s*(\d{1,2})\s*日?"
_LINE = re.compile(
    rf"^{_DAY}(?:\s*(?:至|到|~|～|—|–|--)\s*(?:{_DAY}|(\d{{1,2}})\s*日))?[\s，,（(]*"
    r"(放假|休息|调休|休|上班|补班|班)?[\s，,：:）)]*(.{0,20})$"
)
WORKED = {"上班", "补班", "班"}


@dataclass(frozen=True)
class Announced:
    """One day that differs from the week, or bears a holiday's name."""

    day: date
    is_workday: bool
    name: str


@dataclass(frozen=True)
class Compared:
    """An announced day beside what stands: `state` is new, same or other."""

    announced: Announced
    state: str
    stands: str = ""


def library_years():
    """The years that the library knows in full."""
    return sorted({day.year for day in statutory.holidays})


def from_library(year):
    """[Announced] of a year, in order; empty for a year that the library doesn't know."""
    found = [
        Announced(day, False, NAMES.get(name, name)) for day, name in statutory.holidays.items() if day.year == year
    ]
    found += [
        Announced(day, True, f"{NAMES.get(name, name)}调休")
        for day, name in statutory.workdays.items()
        if day.year == year
    ]
    return sorted(found, key=lambda row: row.day)


def read(text, year):
    """([Announced] in order, [fault]) of pasted lines: 2027-02-06 至 2027-02-12 休 春节, 2月20日 上班 春节调休.

    A day may leave its year out. A day that stands twice with different words, or outside the year, is a fault.
    """
    found, faults = {}, []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        days, word, name = _parts(line.strip(), year)
        if not days:
            faults.append(f"第 {number} 行读不懂：{line.strip()[:30]}")
            continue
        if outside := [day for day in days if day.year != year]:
            faults.append(f"第 {number} 行的 {outside[0]:%Y-%m-%d} 不在 {year} 年")
            continue
        for day in days:
            row = Announced(day, word in WORKED, name or ("调休上班" if word in WORKED else "放假"))
            if day in found and found[day].is_workday != row.is_workday:
                faults.append(f"第 {number} 行的 {day:%m-%d} 与前面矛盾：又休又上班")
            found[day] = row
    return sorted(found.values(), key=lambda row: row.day), faults


def _parts(line, year):
    """(days, what is done on them, name) of one line; no days when it can't be read."""
    match = _LINE.match(line)
    if match is None:
        return [], "", ""
    first_year, month, day, last_year, last_month, last_day, same_month, word, name = match.groups()
    if word is None:
        return [], "", ""
    try:
        first = date(int(first_year or year), int(month), int(day))
        last = first
        if last_month:
            last = date(int(last_year or first.year), int(last_month), int(last_day))
        elif same_month:
            last = first.replace(day=int(same_month))
    except ValueError:
        return [], "", ""
    length = (last - first).days
    if not 0 <= length < LONGEST:
        return [], "", ""
    return [first + ONE_DAY * step for step in range(length + 1)], word, name.strip(" ，,。（）()")


def compared(announced, stands):
    """([Compared], [day]) of announced days beside `stands` {day: (is_workday, name)}: and the days that stand beyond them."""
    rows = []
    for row in announced:
        known = stands.get(row.day)
        if known is None:
            rows.append(Compared(row, "new"))
        else:
            state = "same" if known == (row.is_workday, row.name) else "other"
            rows.append(Compared(row, state, f"{known[1]}{'（上班）' if known[0] else '（休息）'}"))
    named = {row.day for row in announced}
    return rows, sorted(day for day in stands if day not in named)
