"""Every write on spot checks: drawn by lot, noted line by line, closed with an order where something differs."""

import secrets

from django.db import transaction
from django.db.models import Max

from contracts.models import Contract
from evaluations.actions import rectification
from evaluations.models import SpotCheck, SpotCheckLine, SpotCheckMove
from evaluations.queries import spot_checks as queries
from evaluations.rules import spot_checks as rules
from tenancy import audit, clock
from tenancy.problems import Conflict, Refused


@transaction.atomic
def open_check(contract, *, held_on, team, about, source, count, by, at, from_day=None, to_day=None, seed=""):
    """Begin a check and draw its sample; `source` records, cases or none, from the days given. Returns the SpotCheck.

    The seed is made here unless one is given to draw the same sample again. Raises Refused for an empty pool or a count out of range.
    """
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    is_drawn = source != SpotCheck.Source.NONE
    rows = queries.pool(contract, source, from_day=from_day, to_day=to_day) if is_drawn else None
    ids = list(rows.values_list("pk", flat=True)) if is_drawn else []
    problems = rules.open_problems(
        is_active=contract.state == Contract.State.ACTIVE,
        held_on=held_on,
        today=clock.day_of(at),
        team=team,
        source=source,
        count=count,
        pool=len(ids),
    )
    if problems:
        raise Refused("没有开始抽查", problems)
    seed = (seed or secrets.token_hex(8)) if is_drawn else ""
    last = contract.spot_checks.aggregate(last=Max("no"))["last"] or 0
    check = SpotCheck.objects.create(
        contract=contract, no=last + 1, held_on=held_on, team=team.strip(), about=about.strip(), source=source,
        seed=seed, drawn_from=len(ids), opened_by=by, opened_at=at,
    )  # fmt: skip
    drawn = rules.draw(ids, count, seed) if is_drawn else []
    _add_drawn(check, drawn, rows)
    SpotCheckMove.objects.create(spot_check=check, verb="open", by=by, at=at)
    audit.record("spot_check.open", by=by, at=at, target=check, source=source, seed=seed, of=len(ids), drawn=len(drawn))
    return check


def _add_drawn(check, drawn, rows):
    if not drawn:
        return
    told = queries.titles(rows.filter(pk__in=drawn), check.source)
    name = "case_id" if check.source == SpotCheck.Source.CASES else "record_id"
    kind = SpotCheckLine.Kind.CASE if check.source == SpotCheck.Source.CASES else SpotCheckLine.Kind.RECORD
    SpotCheckLine.objects.bulk_create(
        SpotCheckLine(spot_check=check, no=no, kind=kind, title=told[pk][0][:120], told=told[pk][1][:200], **{name: pk})
        for no, pk in enumerate(drawn, start=1)
    )


@transaction.atomic
def add_line(check, *, kind, title, told, result, finding, by, at, indicator=""):
    """Note a place that was visited, or an indicator (its code) beside what was found; returns the line.

    Of an indicator the line keeps what it comes to on the day.
    """
    check = _locked(check)
    if kind == SpotCheckLine.Kind.INDICATOR and indicator:
        title, measured = queries.measured(check.contract, indicator, on=clock.day_of(at))
        told = told or measured
    problem = "写明地点或指标" if not title.strip() else rules.line_problem(result=result, finding=finding)
    if problem or kind not in ("place", "indicator"):
        raise Refused(problem or "选择现场或指标")
    last = check.lines.aggregate(last=Max("no"))["last"] or 0
    line = SpotCheckLine.objects.create(
        spot_check=check, no=last + 1, kind=kind, title=title.strip(), told=told.strip(), result=result, finding=finding.strip()
    )  # fmt: skip
    audit.record("spot_check.line_added", by=by, at=at, target=check, line=line.no, result=result)
    return line


@transaction.atomic
def note_lines(check, *, noted, by, at):
    """Say of lines whether they agree with what is: {line's number: (result, finding)}; may be said again until the check is closed.

    Raises Refused, naming each line that can't be noted so.
    """
    check = _locked(check)
    faults = {no: rules.line_problem(result=result, finding=finding) for no, (result, finding) in noted.items()}
    problems = [f"第 {no} 项：{fault}" for no, fault in sorted(faults.items()) if fault]
    if problems:
        raise Refused("没有保存", problems)
    lines = list(check.lines.filter(no__in=noted))
    for line in lines:
        result, finding = noted[line.no]
        line.result, line.finding = result, finding.strip()
    SpotCheckLine.objects.bulk_update(lines, ["result", "finding"])
    audit.record("spot_check.lines_noted", by=by, at=at, target=check, lines=[line.no for line in lines])


@transaction.atomic
def close_check(check, *, opinion, by, at, demand="", due_on=None):
    """Close a check; with a demand and a day an order to put right what differs goes out (平时考核). Returns the SpotCheck.

    Raises Refused while a line has no result, and when something differs and nothing is demanded.
    """
    check = _locked(check)
    lines = list(check.lines.all())
    is_ordering = bool(demand.strip() or due_on)
    problems = rules.close_problems(
        state=check.state,
        results=[line.result for line in lines],
        opinion=opinion,
        is_ordering=is_ordering,
        demand=demand,
        due_on=due_on,
        today=clock.day_of(at),
    )
    if problems:
        raise Refused("没有办结", problems)
    changes = {"opinion": opinion.strip(), "closed_by": by, "closed_at": at}
    if is_ordering:
        issue = rules.issue_told([(line.title, line.finding) for line in lines if line.result == rules.DIFFERS])
        changes["order"] = rectification.order(
            check.contract, issue=f"{check}不符：\n{issue}", demand=demand.strip(), due_on=due_on, by=by, at=at,
            **_clause(check.contract),
        )  # fmt: skip
    sources, goal = rules.MOVES["close"]
    if not SpotCheck.objects.filter(pk=check.pk, state__in=sources).update(state=goal, **changes):
        raise Conflict
    SpotCheckMove.objects.create(spot_check=check, verb="close", by=by, at=at)
    check.refresh_from_db()
    audit.record(
        "spot_check.close", by=by, at=at, target=check, order=str(check.order or ""),
        differing=sum(line.result == rules.DIFFERS for line in lines), lines=len(lines),
    )  # fmt: skip
    return check


def _clause(contract):
    """The contract's words on spot checks, where its file has them."""
    said = next((row for row in contract.terms.get("evaluations", []) if row.get("stage") == "spot_check"), {})
    return {"clause": said.get("clause", ""), "clause_text": said.get("clause_text", "")}


def _locked(check):
    check = SpotCheck.objects.select_for_update(of=("self",)).select_related("contract").get(pk=check.pk)
    if check.state != rules.OPEN:
        raise Refused("这次抽查已办结，不能改")
    return check
