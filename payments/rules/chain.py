"""The links of a contract's chain: signing, each payment with what comes before it, the end of the term. At most seven."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from payments.rules import clock as clocks
from payments.rules.check import MET, UNMET, Check
from payments.rules.conditions import ACCEPTANCE, RESULTS, WORK

MOST = 7
BEFORE = {
    "indicators_complete": ("全部工作完成", WORK),
    "documents_delivered": ("提交正式成果", RESULTS),
    "acceptance_passed": ("验收", ACCEPTANCE),
}


@dataclass(frozen=True)
class MilestoneFact:
    pk: str
    title: str
    amount: Decimal
    triggers: tuple
    paid_on: date | None
    clock: clocks.Clock
    check: Check | None = None


@dataclass(frozen=True)
class ChainFacts:
    """`over_on` is the day after the term's last."""

    signed_on: date | None
    deadline: date | None
    over_on: date | None
    on: date
    milestones: tuple


def links(facts):
    """Dicts for the chain tag: title, state (done, now, ""), lines, bad, milestone (id or ""), and today's place on the present one."""
    signed = facts.signed_on is not None and facts.signed_on <= facts.on
    made = [
        _link("签订合同", signed, [f"{facts.signed_on:%Y-%m-%d}" if facts.signed_on else "未签订"], day=facts.signed_on)
    ]
    for milestone in facts.milestones:
        made += [_before(name, milestone, facts) for name in milestone.triggers if name in BEFORE]
        made.append(_payment(milestone, facts))
    if facts.over_on:
        last = facts.over_on - timedelta(days=1)
        made.append(_link("服务期满", facts.over_on <= facts.on, [f"{last:%Y-%m-%d}"], day=last))
    return _placed(_shortened(made), facts.on)


def _link(title, done, lines, *, bad="", milestone="", day=None, step=False):
    return {
        "title": title,
        "done": done,
        "lines": [line for line in lines if line],
        "bad": bad,
        "milestone": milestone,
        "day": day,
        "step": step,
    }


def _before(name, milestone, facts):
    title, group = BEFORE[name]
    if milestone.paid_on:
        return _link(title, True, [], step=True)
    own = [row for row in milestone.check.conditions if row.group == group] if milestone.check else []
    met = sum(row.verdict == MET for row in own)
    done = bool(own) and met == len(own)
    if name == "acceptance_passed":
        return _link(title, done, [own[0].actual if own else "甲方组织"], step=True)
    short = [row for row in own if row.verdict == UNMET]
    day = facts.deadline if name == "indicators_complete" else None
    told = [
        f"{day:%Y-%m-%d} 前" if day else "",
        f"{met} / {len(own)} 项{'达标' if group == WORK else '齐全'}" if own else "",
    ]
    return _link(title, done, told, bad=f"差 {len(short)} 项" if short else "", day=day, step=True)


def _payment(milestone, facts):
    clock, told = milestone.clock, [f"{milestone.amount:,} 元"]
    if milestone.paid_on:
        within = (
            f"，第 {clock.elapsed} / {clock.within} 个工作日"
            if clock.within and clock.unit == clocks.WORKING_DAYS
            else ""
        )
        return _link(
            milestone.title,
            True,
            [*told, f"{milestone.paid_on:%m-%d} 付{within}"],
            milestone=milestone.pk,
            day=milestone.paid_on,
        )
    unit = "个工作日" if clock.unit == clocks.WORKING_DAYS else "日"
    if clock.due_on:
        late = f"超期 {clock.late} {unit}" if clock.late else ""
        return _link(
            milestone.title,
            False,
            [*told, f"{clock.due_on:%Y-%m-%d} 前付"],
            bad=late,
            milestone=milestone.pk,
            day=clock.due_on,
        )
    return _link(
        milestone.title,
        False,
        [*told, f"{clock.event}后 {clock.within} {unit}内" if clock.within else ""],
        milestone=milestone.pk,
    )


def _shortened(made):
    """At most seven: steps of paid milestones go first, then all steps, then the oldest that are done."""
    if len(made) > MOST:
        made = [link for link in made if not (link["step"] and link["done"])]
    if len(made) > MOST:
        made = [link for link in made if not link["step"]]
    while len(made) > MOST:
        gone = next((place for place, link in enumerate(made[1:], 1) if link["done"]), len(made) - 2)
        del made[gone]
    return made


def _placed(made, on):
    """The first link that isn't done is the present one; today stands between the last day behind and the next ahead."""
    present = next((place for place, link in enumerate(made) if not link["done"]), None)
    for place, link in enumerate(made):
        link["state"] = "now" if place == present else "done" if link["done"] else ""
    if present is not None:
        behind = [link["day"] for link in made[:present] if link["day"]]
        ahead = [link["day"] for link in made[present:] if link["day"] and link["day"] >= on]
        link = made[present]
        link["today"], link["share"] = f"今天 {on:%m-%d}", 50
        if behind and ahead and ahead[0] > behind[-1]:
            link["share"] = max(5, min(95, (on - behind[-1]).days * 100 // (ahead[0] - behind[-1]).days))
    return made
