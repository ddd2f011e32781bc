"""What waits in the books that a contract keeps: a fixed number of statements, however much stands in them."""

from dataclasses import dataclass

from caseload.queries.station import residents
from contracts.queries import in_post
from services.queries import (
    answers,
    care,
    care_people,
    clocks,
    deliverables,
    follow_ups,
    incidents,
    nil_returns,
    registers,
)
from services.queries.asked import Questions
from tenancy.clock import day_of
from tenancy.permissions import Permission, allows


@dataclass(frozen=True)
class Book:
    """One book: its page, what stands in it and what waits, in words; `waiting` is the number that waits."""

    title: str
    route: str
    icon: str
    told: str
    waiting: int = 0
    waits: str = ""
    is_late: bool = False


def books(member, contract, *, now):
    """The books that the member may open, in their order."""
    on, questions = day_of(now), Questions(contract)
    made = [_incidents(member, contract, on), _clocks(member, contract, questions, now)]
    if allows(member, Permission.REPORT_VIEW):
        made.insert(1, _nil_returns(contract, questions, on))
    made.append(_follow_ups(contract, on))
    if allows(member, Permission.STAY_VIEW) and "resident" in dict(questions.counted("register")):
        made.append(_station(contract, on))
    if allows(member, Permission.STAY_VIEW) and care.has_residents([contract.pk]):
        made.append(_care(contract, on))
    made.append(_questionnaires(member, contract, questions, on))
    if allows(member, Permission.LEDGER_VIEW):
        made.append(_registers(member, contract, questions, on))
    made.append(_staff(contract, on))
    if allows(member, Permission.REPORT_VIEW):
        made.append(_papers(contract))
    return made


def _incidents(member, contract, on):
    counts = incidents.counts_of(member, contract, on=on)
    reported, unfinished = counts["n_reported"], counts["n_open"]
    waits = [f"{reported} 起待核实" if reported else "", f"{unfinished} 起未办结" if unfinished else ""]
    told = f"属实 {counts['n_confirmed']} 起，不属实 {counts['n_dismissed']} 起"
    return Book(
        "事件", "services:incidents", "alert-triangle", told, reported + unfinished, "，".join(filter(None, waits))
    )


def _follow_ups(contract, on):
    if not follow_ups.has_plan(contract):
        return Book("回访计划", "services:follow_up", "route", "还没有排")
    summary = follow_ups.summary(contract, on=on)
    told = f"共 {summary.total.planned} 次，已回访 {summary.total.done} 次"
    waits = [
        f"{summary.orphaned} 次待移交" if summary.orphaned else "",
        f"{summary.total.late} 次逾期" if summary.total.late else "",
    ]
    waiting = summary.total.late + summary.orphaned
    return Book(
        "回访计划", "services:follow_up", "route", told, waiting, "，".join(filter(None, waits)), is_late=bool(waiting)
    )


def _nil_returns(contract, questions, on):
    kinds = questions.nil_kinds()
    if not kinds:
        return Book("零报告", "services:nil_returns", "calendar-off", "合同没有要求")
    lines = nil_returns.grid(contract, kinds, on=on)
    missing, waiting = sum(line.missing for line in lines), sum(line.waiting for line in lines)
    waits = [f"缺 {missing} 份" if missing else "", f"{waiting} 份待接收" if waiting else ""]
    return Book(
        "零报告",
        "services:nil_returns",
        "calendar-off",
        f"{len(lines)} 类事件，逐月报送",
        missing + waiting,
        "，".join(filter(None, waits)),
        is_late=bool(missing),
    )


def _clocks(member, contract, questions, now):
    rows = clocks.shown(clocks.running(member, on=day_of(now), contract=contract), questions, now=now)
    late = sum(1 for row in rows if row.standing.is_late)
    waits = f"{len(rows)} 项正在计时" + (f"，{late} 项超时" if late else "") if rows else ""
    kinds = len(questions.kinds("clock"))
    return Book("计时", "services:clocks", "clock", f"{kinds} 种事项", len(rows), waits, is_late=bool(late))


def _station(contract, on):
    rows = list(residents(contract, on=on).filter(left_at=None))
    waiting = sum(1 for row in rows if row.state == row.State.PLANNED)
    told = f"在站 {len(rows)} 人，身份未查明 {sum(1 for row in rows if not row.is_identified)} 人"
    return Book(
        "在站人员", "services:contract_station", "home", told, waiting, f"{waiting} 份方案待确认" if waiting else ""
    )


def _care(contract, on):
    calls, people = care_people.still_to_call(contract, on)
    told = f"照料日志、巡查、清洁、用药、收缴物品；每周回访 {people} 人"
    return Book("站内照料", "services:care", "bed", told, calls, f"本周 {calls} 人未通话" if calls else "")


def _questionnaires(member, contract, questions, on):
    rows = answers.totals(member, contract, questions.counted("answer"), on=on)
    told = "，".join(f"{row['label']} {row['number']} 份" for row in rows) or "合同没有要求"
    return Book("问卷", "services:questionnaires", "clipboard-list", told)


def _registers(member, contract, questions, on):
    rows = registers.registers_of(member, contract, questions, on=on)
    empty = sum(1 for row in rows if row.is_counted and not row.present)
    told = f"{len(rows)} 份名册，在册 {sum(row.present for row in rows)} 个"
    return Book("名册", "services:registers", "list", told, empty, f"{empty} 份要计数的名册还空着" if empty else "")


def _staff(contract, on):
    rows = list(in_post(contract, on=on))
    waiting = sum(1 for row in rows if not row.is_verified)
    return Book(
        "人员", "contracts:people", "users", f"在岗 {len(rows)} 人", waiting, f"{waiting} 人待核对" if waiting else ""
    )


def _papers(contract):
    owed = deliverables.owed_papers(contract)
    done = sum(1 for row in owed if row.state == "met")
    waiting = sum(row.delivered for row in owed)
    told = f"合同要求 {len(owed)} 种，已收齐 {done} 种" if owed else "合同没有列材料清单"
    return Book("材料", "services:deliverables", "file-text", told, waiting, f"{waiting} 份待接收" if waiting else "")
