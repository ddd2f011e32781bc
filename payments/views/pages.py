"""What the pages of money show, gathered once a page."""

from decimal import Decimal

from django.urls import resolve, reverse

from payments import forms, queries
from payments.queries import standing
from payments.queries.facts import check_milestone
from payments.rules import check as checks
from payments.rules import clock as clocks
from payments.rules import flow
from tenancy import clock, workdays
from tenancy.permissions import Permission, allows

ZERO = Decimal(0)


def thawed(snapshot):
    """The Check that a snapshot froze."""
    return checks.thawed(snapshot.data)


def totals(rows):
    """The list page: rows by contract, and the sums of its foot."""
    paid = sum((row.payment.amount for row in rows if row.payment), ZERO)
    planned = sum((row.milestone.amount for row in rows), ZERO)
    return {
        "rows": rows,
        "paid": paid,
        "planned": planned,
        "left": planned - paid,
        "overdue": [row for row in rows if row.clock.state == clocks.RUNNING and row.clock.late],
    }


def milestone_page(milestone, *, member, at):
    """Everything on a milestone's page; forms are there only for those who may use them now."""
    on, calendar = clock.day_of(at), workdays.calendar()
    row = standing.standing_of(milestone, on=on, calendar=calendar)
    # What was paid shows the check it was paid on; everything else is checked now.
    check = thawed(row.request.snapshot) if row.payment else check_milestone(milestone, on=on)
    context = {
        "row": row,
        "milestone": milestone,
        "contract": milestone.contract,
        "check": check,
        "is_frozen": row.payment is not None,
        "groups": _groups(check, member),
        "steps": standing.approval_steps(row, member=member, on=on, calendar=calendar),
        "history": standing.history(row),
        "number_text": f"{milestone.no} / {milestone.contract.milestones.count()}",
        "paid_before": _paid_before(milestone),
        "examples": _examples(row, on, calendar),
        "improved": _since_request(row, check),
        "at": at,
        "may_recheck": row.payment is None and queries.may_store_check(member),
    }
    context["paid_after"] = context["paid_before"] + milestone.amount
    return context | _acts(row, check, member, on, calendar)


def _groups(check, member):
    return [
        {"title": title, "clauses": "、".join(dict.fromkeys(row.clause for row in rows if row.clause)), "rows": [(row, _address(row.evidence, member)) for row in rows], "has_open": any(row.verdict != checks.MET for row in rows)}
        for title, rows in check.groups()
    ]  # fmt: skip


def _address(link, member):
    """The evidence's page, or "" when the member's role may not open it."""
    if not link.route:
        return ""
    url = reverse(link.route, kwargs={"tenant": member.tenant.slug, "pk": link.pk})
    return url if allows(member, resolve(url).func.permission) else ""


def chain_fragment(links, following, check, member):
    """The chain with the addresses of its milestones, and the strip of the next one."""
    addressed = [{**link, "url": _milestone_address(link["milestone"], member.tenant)} for link in links]
    may_act = following is not None and following.step is not None and allows(member, following.step.permission)
    name = following.hand.names if following and following.hand else ""
    holder = f"{name}（你）" if may_act and str(member) in name else name
    return {"links": addressed, "following": following, "check": check, "may_act": may_act, "holder_name": holder}


def _milestone_address(pk, tenant):
    return reverse("payments:milestone", kwargs={"tenant": tenant.slug, "pk": pk}) if pk else ""


def _paid_before(milestone):
    return sum((payment.amount for payment in milestone.contract.payments.exclude(milestone=milestone)), ZERO)


def _examples(row, on, calendar):
    """When it would be due if the clock started on the day of the review, or on two later days."""
    if row.clock.state != clocks.IDLE:
        return []
    planned = row.milestone.contract.acceptances.filter(state="scheduled").values_list("held_on", flat=True).first()
    planned = planned if planned and planned >= on else None
    return clocks.examples(on, within=row.clock.within, unit=row.clock.unit, calendar=calendar, planned=planned)


def _since_request(row, check):
    """What changed since the agency asked: sentences, only while the request is under way."""
    if not row.is_open:
        return []
    asked = row.request.moves.filter(verb="submit").select_related("snapshot").first()
    return checks.changes(asked.snapshot.data["conditions"], check.frozen()["conditions"]) if asked else []


def _acts(row, check, member, on, calendar):
    """What this member may do now, and the forms for it."""
    own_agency = member.organisation_id == row.milestone.contract.provider_id and allows(
        member, Permission.PAYMENT_REQUEST
    )
    acts = {
        "may_request": False,
        "may_withdraw": False,
        "may_register": False,
        "may_step": False,
        "step": None,
        "step_problem": "",
        "return_form": None,
        "return_url": "",
        "pay_form": None,
        "invoice_form": None,
        "void_form": None,
        "own_agency": own_agency,
    }
    if row.payment:
        return acts
    if own_agency:
        acts["may_request"] = not row.is_open
        acts["may_withdraw"] = row.is_open and row.request.state == flow.SUBMITTED
        acts["may_register"] = row.invoice is None
        acts["invoice_form"] = _invoice_form(row.milestone, on) if row.invoice is None else None
        acts["void_form"] = forms.VoidForm() if row.invoice else None
    step = row.step
    if step and allows(member, step.permission):
        acts |= _step_acts(row, step, check, member, on, calendar)
    return acts


def _step_acts(row, step, check, member, on, calendar):
    words = {
        approval.account_id: flow.BY_VERB[approval.step].word
        for approval in row.request.approvals.filter(run=row.request.run)
    }
    problem = flow.step_problem(
        step,
        state=row.request.state,
        submitter=row.request.submitted_by.account_id,
        deciders=words,
        account=member.account_id,
    )
    acts = {"step": step, "step_problem": problem, "may_step": not problem and (step.verb != "check" or not check.open)}
    if problem:
        return acts
    drafted = {"reason": flow.drafted_reason(check.gaps), "correct_by": calendar.add(on, flow.RETURN_DAYS)}
    acts["return_form"] = forms.ReturnForm(initial=drafted)
    acts["return_url"] = reverse(
        f"payments:return_from_{step.verb}", kwargs={"tenant": member.tenant.slug, "pk": row.request.pk}
    )
    if step.verb == "pay":
        acts["pay_form"] = forms.PayForm(initial={"paid_on": on})
    return acts


def _invoice_form(milestone, on):
    contract = milestone.contract
    return forms.InvoiceForm(
        initial={
            "amount": milestone.amount,
            "issued_on": on,
            "buyer": contract.purchaser.name,
            "seller": contract.provider.name,
        }
    )


def ledger_page(contract, *, on):
    """The contract's account: lines, what is paid, what is planned and not yet paid."""
    entries = list(contract.ledger.select_related("payment__milestone", "payment__by__account"))
    rows = standing.standings(
        contract.milestones.select_related("term", "contract__provider", "contract__purchaser", "last_check"), on=on
    )
    paid = -sum((entry.amount for entry in entries if entry.kind == "payment"), ZERO)
    return {
        "contract": contract,
        "entries": entries,
        "planned": [row for row in rows if not row.payment],
        "paid": paid,
        "balance": entries[-1].balance if entries else ZERO,
    }


def check_paper(milestone, check, *, at):
    """The context of the check on paper."""
    return {
        "milestone": milestone,
        "contract": milestone.contract,
        "check": check,
        "groups": [{"title": title, "rows": rows} for title, rows in check.groups()],
        "at": at,
    }
