"""Decisions about sign-in: how long a code is open, what a name sheet must hold, and the grid of a group. Pure."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from fractions import Fraction

from caseload.rules.people import normal_name, normal_phone
from tenancy.clock import SHANGHAI

OPEN_FOR = timedelta(hours=4)
# A code that is passed around must not fill a sheet with inventions.
MOST = 500
LONGEST_NAME, LONGEST_PHONE = 20, 20
CAME, MISSED, NOT_YET, LATER = "came", "missed", "not_yet", "later"
SATISFIED_FROM = 4  # of five
CLOSED = "签到码已关闭，请向现场社工登记"
UNKNOWN = "签到码无效，请重新扫描现场的二维码"
FULL = f"签到已满 {MOST} 人，请向现场社工登记"
FEEDBACK_FULL = "收到的评价已和签到人数相等，不再接收"


def closing(opened_at, wanted=None):
    """When a code that is opened now closes: four hours on, or at the time that was asked for, at the latest at the day's end."""
    day_end = datetime.combine(opened_at.astimezone(SHANGHAI).date(), time.max, SHANGHAI)
    return min(wanted or opened_at + OPEN_FOR, day_end)


def is_open(code, at):
    """Whether people may still use the code at the moment."""
    return code.opened_at <= at < code.closes_at


def guest_faults(name, phone):
    """What is wrong with one line of a sign-in sheet."""
    faults = []
    if not normal_name(name):
        faults.append("写上姓名")
    if phone and len(normal_phone(phone)) < 5:
        faults.append("电话号码不完整")
    return faults


def member_for(members, name, phone):
    """The member that a name (and a phone, if given) stands for: the only one of that name, or the one with that number; else None.

    `members` are (member, name, phone) in normal form.
    """
    same = [row for row in members if row[1] == name]
    exact = [row for row in same if phone and row[2] == phone]
    if exact:
        return exact[0][0]
    return same[0][0] if len(same) == 1 and not (phone and same[0][2]) else None


# --- the grid ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """One member's row of a group's attendance grid: a mark for each session, and how many of those due were attended."""

    who: object
    marks: list
    came: int
    due: int

    @property
    def rate(self):
        """The share of the sessions held while a member that were attended, or None before the first one."""
        return Fraction(self.came, self.due) if self.due else None


@dataclass(frozen=True)
class Grid:
    """Members by sessions; `guests` are the numbers of people at each session who are not members."""

    sessions: list
    lines: list = field(default_factory=list)
    came: list = field(default_factory=list)
    guests: list = field(default_factory=list)

    @property
    def has_guests(self):
        """Whether anybody came who is no member."""
        return any(self.guests)

    @property
    def rate(self):
        """Attendances of members over sessions due to them, of the whole group; None when nothing was due."""
        due = sum(line.due for line in self.lines)
        return Fraction(sum(line.came for line in self.lines), due) if due else None


def grid(sessions, members, attended, guests):
    """The Grid of a group.

    `sessions` are (id, day) in order, `members` have joined_on and left_on, `attended` is {(session id, member id)},
    `guests` is {session id: number}. A session before a member joined or after they left is not due to them.
    """
    lines = []
    for member in members:
        marks = [_mark(member, pk, day, attended) for pk, day in sessions]
        lines.append(Line(member, marks, marks.count(CAME), marks.count(CAME) + marks.count(MISSED)))
    came = [sum(1 for line in lines if line.marks[number] == CAME) for number in range(len(sessions))]
    return Grid(sessions, lines, came, [guests.get(pk, 0) for pk, _ in sessions])


def _mark(member, pk, day, attended):
    if (pk, member.pk) in attended:
        return CAME
    if day < member.joined_on:
        return NOT_YET
    return LATER if member.left_on is not None and day > member.left_on else MISSED
