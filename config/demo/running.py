"""Contracts in mid-course on the day of loading: what a visitor finds waiting, due, returned, behind.

The same acts as in the Mentougou year, with days counted back from today.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from config import contract_file
from config.demo import activities, cases, evaluating, ledger, money, results
from config.demo.activities import Event, GroupPlan
from config.demo.agenda import Agenda, moment
from config.demo.cases import Course
from config.demo.mentougou import EXEMPLARS, UNREADABLE
from config.demo.people import contract_of
from config.demo.stage import Stage, days_between, spread
from tenancy import scope, workdays

TEMPLATE = Path(__file__).with_name("contract.yaml")
PRICES = {"files": 200, "visits": 220, "cases": 2200, "groups": 1500, "events": 3000}
FLAT = 12000


@dataclass(frozen=True)
class Running:
    """A contract in mid-course: whose, where, how much was promised, since when it runs, how far its first payment is."""

    code: str
    short_title: str
    provider: str
    district: str
    streets: tuple
    experts: tuple
    days_gone: int
    division: int
    files: int
    visits: int
    cases: int
    groups: int
    events: int
    pace: float = 1.0
    deadline_in: int = 60  # days from today until everything has to be done
    first_payment: str = "paid"
    asks_for_rest: bool = False
    judged: evaluating.Judged | None = None
    # The fifth question's answers of those who have answered the bureau's own survey so far.
    surveyed: str = ""

    @property
    def amount(self):
        return sum(getattr(self, name) * price for name, price in PRICES.items()) + FLAT


def contract_text(spec, words, communities, *, purchaser, provider, signed_on, deadline):
    """The contract file of a running contract; `words` are the labels and activity kinds of the library file."""
    numbers = {name: getattr(spec, name) for name in PRICES} | {
        f"{name}_amount": getattr(spec, name) * price for name, price in PRICES.items()
    }
    streets = len(spec.streets)
    values = numbers | {
        "code": spec.code, "title": f"{signed_on.year}年度{spec.short_title}（示例）", "short_title": spec.short_title, "amount": f"{spec.amount}.00", "words": words,
        "signed_on": signed_on, "awarded_on": signed_on - timedelta(days=12), "ends_on": signed_on + timedelta(days=364), "deadline": deadline,
        "purchaser": purchaser, "provider": provider, "district": spec.district, "groups_each": spec.groups // streets, "events_each": spec.events // streets,
        "sessions": spec.cases * 5, "areas": "\n".join(f"      {street}: [{', '.join(area.name for area in communities[street])}]" for street in spec.streets),
    }  # fmt: skip
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"<<{name}>>", str(value))
    return text


def stage_of(world, spec, words, *, today):
    """Load the contract and put its months up to today on the agenda; returns the Stage."""
    with scope.tenant(world.tenant.pk):
        handler = world.staff_of(world.offices["purchaser"], "contract_manager")[0]
        calendar = workdays.calendar()
        signed_on = next(
            day for day in days_between(today - timedelta(days=spec.days_gone), today) if calendar.is_workday(day)
        )
        names = {"purchaser": world.offices["purchaser"].name, "provider": world.offices[spec.provider].name}
        text = contract_text(
            spec,
            words,
            world.communities,
            signed_on=signed_on,
            deadline=today + timedelta(days=spec.deadline_in),
            **names,
        )
        contract_file.load(text, by=handler, at=moment(signed_on, "09:30"))
        stage = Stage(world, contract_of(spec.code), Agenda(world.tenant.pk))
        _tell(stage, spec, signed_on, today)
    return stage


def _tell(stage, spec, signed_on, today):
    experts = [stage.world[name] for name in spec.experts]
    results.fill_posts(stage, signed_on, experts)
    results.deliver(stage, "implementation_plan", "实施方案", stage.after(signed_on, 3), accepted=2)
    _first_payment(stage, spec, signed_on)
    if spec.days_gone < 30:
        return
    old, new = _families(stage, spec, signed_on)
    _visit(stage, spec, old, signed_on, today)
    assisted = [family for family in new + old if family.assisted]
    stage.dice.shuffle(assisted)
    _cases(stage, spec, assisted, signed_on, today)
    _groups(stage, spec, signed_on, today)
    _events(stage, spec, signed_on, today)
    _papers(stage, spec, signed_on, today)
    _checks(stage, spec, signed_on, today)


def _first_payment(stage, spec, signed_on):
    days = [stage.after(signed_on, number) for number in (1, 2, 3, 4, 5, 7)]
    number = f"26{spec.division:02d}2000000000{spec.amount:06d}"
    if spec.first_payment == "paid":
        money.pay_first(stage, days, number, f"银付-{spec.code}-1")
        return
    money.invoice(stage, 1, number, days[0])
    money.ask(stage, 1, days[1])
    for verb, day, time in (("check", days[2], "10:10"), ("review", days[3], "11:00"), ("approve", days[4], "15:30"))[
        : 3 if spec.first_payment == "finance" else 1
    ]:
        money.decide(stage, 1, verb, day, time)


# --- households -------------------------------------------------------------------------------------------------------
def _families(stage, spec, signed_on):
    """Key households of the bureau's list, and new ones that are surveyed in the first two months."""
    maker = ledger.Families(stage.dice, f"{spec.code}-H", spec.division)
    listed = stage.after(signed_on, 6)
    old = [
        maker.make(area, listed, signed_on - timedelta(days=400 + place))
        for place, area in enumerate(ledger.places(stage, spec.visits))
    ]
    new = [
        maker.make(area, listed, listed) for area in ledger.places(stage, round(spec.files * min(1.0, spec.pace + 0.1)))
    ]
    stage.later(_import, listed, "10:00", stage=stage, old=old, new=new)
    for trip, start in enumerate(range(0, len(new), 5)):
        stage.later(
            _survey,
            stage.after(listed, 2 + trip * 2),
            "08:00",
            stage=stage,
            families=new[start : start + 5],
            number=trip,
        )
    return old, new


TIERS = ("general", "general", "general", "no_request", "key", "case")


def _import(stage, old, new, *, at):
    ledger.import_list(stage, [*old, *new], "困难群众名单", at=at)
    ledger.list_as(stage, old, "key_household", lambda place: {"tier": TIERS[place % len(TIERS)]}, at=at)
    ledger.plan_visits(stage, at=at)
    stage.teams = results.register_teams(stage, at=at, home=3, phone=1, field=1)


def _survey(stage, families, number, *, at):
    for family, start in zip(families, ("08:30", "09:30", "10:30", "13:30", "14:30"), strict=False):
        activities.survey(stage, family, at.date(), start, stage.teams[number % len(stage.teams)])
        stage.later(_file, at.date(), "17:30", stage=stage, family=family)


def _file(stage, family, *, at):
    ledger.survey_household(stage, family, at=at)


def _visit(stage, spec, old, signed_on, today):
    """Visits over the months, as many households as the pace allows; the last days' are still with quality control."""
    first, last = stage.after(signed_on, 12), today - timedelta(days=1)
    days = [day for day in days_between(first, last) if stage.calendar.is_workday(day)]
    seen = old[: round(len(old) * min(0.97, spec.pace * spec.days_gone / 300))]
    for place, family in enumerate(seen):
        for turn in range(1 + place % 2):
            place_of_day = (place * 7 + turn * len(days) // 2) % len(days)
            activities.revisit(
                stage,
                family,
                days[place_of_day],
                system_no=place % 31 != 7,
                workers=1 if place % 41 == 5 and not turn else 2,
            )
    for place in range(4):
        activities.revisit(stage, seen[place], days[-5 + place], keeps="submitted")
    mine = [family for family in old[len(seen) :] if stage.worker_for(family.area).pk == stage.workers[0].pk] or old[
        -2:
    ]
    activities.revisit(stage, mine[0], days[-6], keeps="回访记录缺户主签字，请补")
    activities.revisit(stage, mine[-1], days[-2], keeps="draft")


# --- cases --------------------------------------------------------------------------------------------------------------
def _cases(stage, spec, families, signed_on, today):
    """Cases begin all through the term; on top of them what lies on people's desks today."""
    waiting, rest = _on_desks(stage, spec, families, today)
    started = min(len(rest), round(spec.cases * min(1.0, spec.pace * 1.05)))
    days = spread(stage.after(signed_on, 16), today - timedelta(days=40), started)
    courses = [
        Course(family, day, gap=11 + place % 4) for place, (family, day) in enumerate(zip(rest, days, strict=False))
    ]
    for number, course in enumerate([*courses, *waiting], 1):
        course.satisfied = number % 25 != 0
        cases.begin(stage, course, number)


def _on_desks(stage, spec, families, today):
    """For every officer an intake and closures, for the first worker steps that are due or late; (courses, other families)."""
    ago = lambda days: stage.before(today, days)  # noqa: E731
    left = list(families)

    def take(test):
        found = next((family for family in left if test(family)), left[0])
        left.remove(found)
        return found

    courses = []
    for place, street in enumerate(spec.streets):
        here = lambda family, street=street: family.area.street.name == street  # noqa: E731
        courses += [Course(take(here), ago(days), stops_after="intake") for days in (7, 10 - place)]
        courses += [
            Course(take(here), today - timedelta(days=100), gap=11, late={4: ago(days)}, stops_after="closure")
            for days in (5, 8 - place)
        ]
    mine = lambda family: stage.worker_for(family.area).pk == stage.workers[0].pk  # noqa: E731
    steps = (("start", 13), ("start", 1), ("approved", 16), ("assessed", 18))
    return courses + [Course(take(mine), ago(days), stops_after=step, crisis=days == 1) for step, days in steps], left


# --- groups and events ---------------------------------------------------------------------------------------------------
GROUP_NAMES = (
    "“向阳”支持小组",
    "“巧手”成长小组",
    "“邻里”互助小组",
    "“安康”教育小组",
    "“青禾”亲子小组",
    "“暖冬”互助小组",
)


def _groups(stage, spec, signed_on, today):
    """Groups one after another; the last ones are under way, or their papers are still missing."""
    firsts = spread(
        signed_on + timedelta(days=50), today + timedelta(days=round(40 * (1 - spec.pace)) - 20), spec.groups
    )
    for place, first in enumerate(firsts):
        areas = stage.world.communities[spec.streets[place % len(spec.streets)]]
        days = tuple(stage.workday(first + timedelta(days=7 * week)) for week in range(4))
        activities.hold_group(
            stage,
            GroupPlan(
                GROUP_NAMES[place],
                areas[place % len(areas)].name,
                "互助",
                7 + place % 3,
                days,
                stage.after(days[-1], 4),
            ),
        )


EVENT_NAMES = (
    ("社区邻里节", "festival"), ("法律知识讲座", "professional"), ("志愿服务进家门", "volunteer"), ("社区合唱排练", "club"), ("居家康复讲座", "professional"),
    ("敬老茶话会", "festival"), ("爱心义剪", "volunteer"), ("手工体验日", "culture"), ("心理健康讲座", "professional"), ("暖冬行动", "volunteer"),
)  # fmt: skip


def _events(stage, spec, signed_on, today):
    """Events over the months; one had too few people, one was sent back, the newest waits for quality control."""
    number = round(spec.events * min(1.0, spec.pace)) + 1
    for place, day in enumerate(spread(signed_on + timedelta(days=40), today - timedelta(days=6), number)):
        name, topic = EVENT_NAMES[place % len(EVENT_NAMES)]
        street = spec.streets[place % len(spec.streets)]
        area = stage.world.communities[street][place % len(stage.world.communities[street])]
        troubled = spec.pace < 1
        keeps = UNREADABLE if troubled and place == number - 2 else "submitted" if place == number - 1 else ""
        activities.hold_event(
            stage,
            Event(
                day,
                f"{name}（{area.name}）",
                topic,
                area.name,
                26 if troubled and place == 1 else 31 + place * 5 % 19,
                keeps,
            ),
        )


# --- papers and money -----------------------------------------------------------------------------------------------------
def _papers(stage, spec, signed_on, today):
    back = lambda days: stage.workday(today - timedelta(days=days))  # noqa: E731
    results.deliver(stage, "exemplar_case", f"典型案例 01：{EXEMPLARS[spec.division]}", back(40), accepted=3)
    results.deliver(stage, "exemplar_case", f"典型案例 02：{EXEMPLARS[spec.division + 5]}", back(4), accepted=None)
    results.deliver(stage, "group_files", "小组档案", back(20), accepted=3, returned="缺满意度调查表")
    _reports(stage, spec, signed_on, today)
    if spec.asks_for_rest:
        money.ask(stage, 2, stage.before(today, 2))


def _reports(stage, spec, signed_on, today):
    """Monthly reports; the newest was sent back, and where the work is not behind handed in again on the last working day."""
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    back, again = stage.after(stage.workday(today.replace(day=4)), 4), stage.before(today, 1)
    if spec.pace < 1:
        again = stage.after(today, 2)
    returned = {month: (back, again)} if back < again else {}
    results.report_months(stage, signed_on, today - timedelta(days=1), returned=returned, last="submitted")


def _checks(stage, spec, signed_on, today):
    """The mid-term evaluation where there is one; for the contract that lags a spot check and a question, for another a survey."""
    if spec.judged:
        evaluating.evaluate(stage, spec.judged, today)
    if spec.pace < 0.9:
        evaluating.check_on_the_spot(stage, stage.before(today, 9))
        evaluating.ask_in_writing(stage, stage.before(today, 2))
    if spec.surveyed:
        evaluating.survey_by_link(stage, today, spec.surveyed)
        evaluating.rate_purchaser(stage, stage.before(today, 1))
