"""Everything that is due, gathered for one person or for a team: a fixed number of statements, however much is due."""

from dataclasses import replace
from datetime import timedelta

from django.db.models import Count

from caseload.queries import awaiting_decision, case_limits, case_list, reviews_due, to_follow_up, visible_cases
from caseload.rules import cases as case_rules
from contracts.models import Deadline
from contracts.queries import visible_contracts
from services.models import Deliverable, FollowUp, Incident, MonthlyReport
from services.queries import follow_ups, nil_returns, periodic
from services.queries import records as record_queries
from services.queries.asked import Questions
from services.queries.indicators import labels
from services.rules import duties as rules
from services.rules import incidents as incident_rules
from services.rules import records as record_rules
from services.rules import reports as report_rules
from tenancy.clock import day_of
from tenancy.models import Area, CalendarDay
from tenancy.permissions import ROLES, Permission, allows

AGENCY = "机构"
RUNNING = ("draft", "open")
DECISIONS = {"intake": "接案审批", "closure": "结案审批", "referral": "转介审批"}
FOLLOW_UP_STEP, FOLLOW_UP_PAPER = "case.follow_up", "follow_up"
REVIEW_STEP = "case.supervisor_review"


def contracts_of(member, *, on):
    """The contracts whose duties the member follows: an agency its own, others those they may see."""
    contracts = visible_contracts(member, on=on)
    if ROLES[member.role].side == "provider":
        contracts = contracts.filter(provider_id=member.organisation_id)
    return contracts


def duties(member, calendar, *, on, worker=None, until=None):
    """Every open Duty that the member may see on the day, of one worker (a membership) or of all; in no order.

    `until` is the last day up to which planned visits are told, a week ahead without it: there are thousands in a year. What the agency owes as such (reports, papers, nil returns) comes with all, and with oneself for those who write reports.
    """
    contracts = contracts_of(member, on=on).order_by().values("pk")
    found = _case_duties(member, contracts, calendar, on, worker)
    found += _follow_ups(member, contracts, calendar, on, worker)
    found += _visits(member, contracts, calendar, on, worker, until or on + timedelta(days=rules.SOON))
    if allows(member, Permission.CASE_REVIEW) and worker in (None, member):
        found += _reviews(member, contracts, calendar, on)
    if ROLES[member.role].side == "provider":
        found += _returned(member, contracts, calendar, on, worker)
    if allows(member, Permission.CASE_APPROVE):
        found += _decisions(member, calendar, on)
    writes = allows(member, Permission.REPORT_WRITE)
    if allows(member, Permission.REPORT_VIEW) and (worker is None or (writes and worker == member)):
        found += _reports(contracts, calendar, on) + _papers(member, calendar, on)
    return found


# --- cases --------------------------------------------------------------------------------------------------------------
def _cases(member, contracts, on, worker, rows=None, **wanted):
    rows = visible_cases(member, on) if rows is None else rows
    cases = case_list(rows.filter(contract__in=contracts, **wanted))
    return list(cases.filter(worker=worker) if worker is not None else cases)


def _of_case(kind, case, due, late, **more):
    return rules.Duty(
        kind=kind, contract=case.contract, due=due, late=late, route="caseload:case", pk=case.pk,
        subject=case, place=str(case.area), street=case.street_id, **{"worker": case.worker_id, "holder": case.worker.account.name} | more,
    )  # fmt: skip


def _case_duties(member, contracts, calendar, on, worker):
    """The clocked steps of the cases that their workers have in hand (caseload.rules.cases.deadlines)."""
    cases = _cases(member, contracts, on, worker, state__in=RUNNING)
    limits = case_limits({case.contract_id for case in cases})
    made = []
    for case in cases:
        for due in case_rules.deadlines(case, limits.get(case.contract_id, {}), calendar, on=on):
            # Whoever reviews has the review as a duty of their own (_reviews).
            if due.is_open and not (due.step == REVIEW_STEP and allows(member, Permission.CASE_REVIEW)):
                limit = rules.limit_told(due.within, due.unit)
                made.append(_of_case(rules.CASE, case, due.due, due.overdue, what=due.label, limit=limit, is_provisional=due.provisional))  # fmt: skip
    return made


def _decisions(member, calendar, on):
    """Intakes, closures and referrals that wait for the member's own office."""
    waiting = awaiting_decision(member, on=on)
    limits = case_limits({row.case.contract_id for row in waiting})
    made = []
    for row in waiting:
        limit = limits.get(row.case.contract_id, {}).get("case.decision")
        due = case_rules.last_day(row.handed_on, limit, calendar) if limit else None
        made.append(
            _of_case(
                rules.DECISION, row.case, due, rules.late_by(due, on, calendar), what=DECISIONS[row.subject], worker=None,
                holder=member.organisation.short_name, waited=row.age,
                limit=rules.limit_told(limit.within, limit.unit) if limit else "", is_provisional=bool(due) and calendar.is_provisional(due),
            )
        )  # fmt: skip
    return made


def _follow_ups(member, contracts, calendar, on, worker):
    """Closed cases that their contract wants visited again: the first time in its window, then on the day that was agreed."""
    limits = {
        row.contract_id: row
        for row in Deadline.objects.filter(contract__in=contracts, step=FOLLOW_UP_STEP, within__isnull=False)
    }
    cases = _cases(member, list(limits), on, worker, to_follow_up(visible_cases(member, on)))
    made = []
    for case in cases:
        if FOLLOW_UP_PAPER in case.papers and case.next_follow_up_on is None:
            continue
        row = limits[case.contract_id]
        begins, due = rules.follow_up_window(case.closed_on, row.within, row.until)
        due = case.next_follow_up_on or due
        more = {"is_provisional": calendar.is_provisional(due), "begins": begins}
        made.append(_of_case(rules.FOLLOW_UP, case, due, rules.late_by(due, on, calendar), what=row.title, **more))
    return made


def _reviews(member, contracts, calendar, on):
    """What the agency's supervisors have to review (超期督导审核): running out within a week, or over."""
    made = []
    for row in reviews_due(member, on=on, calendar=calendar, contracts=contracts):
        due = row.due
        if due.due <= on + timedelta(days=rules.SOON):
            made.append(
                _of_case(
                    rules.REVIEW,
                    row.case,
                    due.due,
                    due.overdue,
                    what=due.label,
                    is_provisional=due.provisional,
                    worker=None,
                    holder="督导",
                    verb="去审核",
                    note=f"负责社工 {row.case.worker.account.name}",
                )
            )
    return made  # fmt: skip


# --- planned visits -----------------------------------------------------------------------------------------------------
def _visits(member, contracts, calendar, on, worker, until):
    """Planned household visits up to a day that no record has done yet; four statements however many."""
    rows = follow_ups.with_names(follow_ups.visible_follow_ups(member, on=on))
    rows = rows.filter(contract__in=contracts, due_on__lte=until)
    rows = rows.filter(worker=worker) if worker is not None else rows
    is_worker = allows(member, Permission.RECORD_WRITE)
    modes = {(code, mode): word for code, kind in record_queries.kinds().items() for mode, word in kind.modes}
    return [
        rules.Duty(
            kind=rules.VISIT, what="定期回访", contract=row.contract, due=row.due_on, late=rules.late_by(row.due_on, on, calendar),
            route="caseload:household", pk=row.household_id, worker=row.worker_id, holder=row.worker.account.name, subject=row,
            place=str(row.area), street=row.street_id, limit=f"最迟 {row.last:%m-%d}",
            is_provisional=calendar.is_provisional(row.due_on), verb="去访" if is_worker else "看户",
            act="services:visit" if is_worker else "", act_pk=row.pk, note=modes.get((row.kinds[0], row.mode), ""),
        )
        for row in follow_ups.open_rows(rows, on=on)
    ]  # fmt: skip


# --- records ------------------------------------------------------------------------------------------------------------
def _returned(member, contracts, calendar, on, worker):
    rows = record_queries.visible_records(member, on).filter(contract__in=contracts, state=record_rules.RETURNED)
    rows = record_queries.with_names(rows.filter(created_by=worker) if worker is not None else rows)
    words = {code: kind.label for code, kind in record_queries.kinds().items()}
    return [
        rules.Duty(
            kind=rules.RECORD, what=f"补交{words.get(row.kind, row.kind)}", contract=row.contract, due=None, late=0,
            route="services:edit_record" if row.created_by_id == member.pk else "services:record", pk=row.pk,
            worker=row.created_by_id, holder=row.created_by.account.name, subject=row, place=str(row.area or ""), street=row.street_id,
            verb="补交" if row.created_by_id == member.pk else "看记录",
            note=row.return_reason, waited=max(0, calendar.between(day_of(row.decided_at), on)),
        )
        for row in rows
    ]  # fmt: skip


# --- what the agency owes -----------------------------------------------------------------------------------------------
def _owed(kind, what, contract, due, calendar, on, route, pk, **more):
    late = rules.late_by(due, on, calendar)
    provisional = bool(due) and calendar.is_provisional(due)
    return rules.Duty(kind, what, contract, due, late, route, pk, holder=AGENCY, is_provisional=provisional, **more)


def _reports(contracts, calendar, on):
    rows = MonthlyReport.objects.filter(contract__in=contracts, state__in=report_rules.WRITABLE)
    made = []
    for row in rows.select_related("contract").defer("problems", "highlight", "next_month"):
        back = row.state == report_rules.RETURNED
        due, note = (row.mend_by, row.return_reason) if back else (row.due_on, "")
        what = f"{row.month.year}年{row.month.month}月月报{'修改' if back else ''}"
        made.append(_owed(rules.REPORT, what, row.contract, due, calendar, on, "services:report", row.pk, note=note))
    return made


def _papers(member, calendar, on):
    """Periodic papers and nil returns of the contracts in force: for each line the oldest gap, and the period that runs."""
    contracts = contracts_of(member, on=on).filter(state="active").prefetch_related("indicators", "contractareas__area")
    contracts, words, made = list(contracts), labels(), []
    papers = _by_contract(periodic.covering(Deliverable.objects.filter(contract__in=contracts)))
    happened = {}
    rows = Incident.objects.filter(contract__in=contracts).exclude(state=incident_rules.DISMISSED).order_by()
    for contract, kind, day in rows.values_list("contract", "kind", "day"):
        happened.setdefault(contract, []).append((kind, day))
    for contract in contracts:
        questions, own = Questions(contract, words), papers.get(contract.pk, [])
        wanted, areas = periodic.wanted_of(questions), [row.area for row in contract.contractareas.all()]
        for line in periodic.lay_out(wanted, periodic.by_place(own), areas, calendar, on=on):
            made += _of_line(contract, line, calendar, on)
        returns = nil_returns.by_month(
            row for row in own if (row.kind, row.covers) == (nil_returns.KIND, nil_returns.COVERS)
        )
        kinds, months = questions.nil_kinds(), nil_returns.happened_in(happened.get(contract.pk, []))
        made += _nil(contract, nil_returns.lay_out(contract, kinds, returns, months, on=on), calendar, on)
    return made


def _by_contract(rows):
    found = {}
    for row in rows:
        found.setdefault(row.contract_id, []).append(row)
    return found


def _of_line(contract, line, calendar, on):
    gaps = [cell for cell in line.cells if cell.state in ("missing", "returned")]
    running = next((cell for cell in line.cells if cell.state == "open"), None)
    made = []
    for cell, note in [(gaps[0] if gaps else None, line.told if len(gaps) > 1 else ""), (running, "")]:
        if cell is not None:
            what, place = f"{line.label}（{cell.period.title}）", str(line.area or "")
            made.append(_owed(rules.PAPER, what, contract, cell.period.due, calendar, on, "services:deliverables", contract.pk, note=note, place=place))  # fmt: skip
    return made


def _nil(contract, lines, calendar, on):
    """One duty for each month that still wants returns: how many kinds, due on the month's last day."""
    wanting = {}
    for line in lines:
        for cell in line.cells:
            if cell.state in ("missing", "returned", "open"):
                wanting[cell.month] = wanting.get(cell.month, 0) + 1
    return [
        _owed(
            rules.NIL, f"零报告（{month.year}年{month.month}月）", contract, report_rules.end_of(month), calendar, on,
            "services:nil_returns", contract.pk, note=f"{number} 类事件",
        )
        for month, number in sorted(wanting.items())
    ]  # fmt: skip


# --- showing ------------------------------------------------------------------------------------------------------------
def named(duties, member):
    """The duties with the names of those they are about, as the member may see them: only for what is shown."""
    return [replace(duty, name=_name(duty, member)) for duty in duties]


def _name(duty, member):
    if duty.subject is None:
        return duty.contract.short_title
    if duty.kind == rules.VISIT:
        head = next(iter(duty.subject.household.heads), None)
        return record_queries.person_name(head, member, duty.contract) if head else duty.subject.household.number
    if duty.kind == rules.RECORD:
        return record_queries.subject_of(duty.subject, member)
    return record_queries.person_name(duty.subject.person, member, duty.contract, duty.subject)


def cases_in_hand(member, *, on):
    """({worker id: cases in hand}, {worker id: name}) of the contracts that the member follows."""
    contracts = contracts_of(member, on=on).order_by().values("pk")
    rows = visible_cases(member, on).filter(contract__in=contracts, state__in=RUNNING).order_by()
    rows = rows.values_list("worker", "worker__account__name").annotate(Count("pk"))
    counts, names = {}, {}
    for worker, name, number in rows:
        counts[worker], names[worker] = number, name
    return counts, names


def day_names(first, last):
    """{day: what the holiday table calls it} between two days, weekends that are statutory holidays too."""
    return dict(CalendarDay.objects.filter(day__range=(first, last)).values_list("day", "name"))


def areas(streets):
    """The subdistricts of some duties, in order."""
    return Area.objects.filter(pk__in=streets)


def planned_contracts(member, *, on):
    """The contracts whose duties the member follows and whose household revisits are planned."""
    rows = FollowUp.objects.filter(state=FollowUp.State.PLANNED).order_by().values("contract")
    return list(contracts_of(member, on=on).filter(pk__in=rows))
