from django.shortcuts import render

from evaluations.forms import rounds as forms
from evaluations.queries import round_page
from evaluations.queries import rounds as queries
from evaluations.reporting.hiding import as_told
from evaluations.rules import rounds as rules
from tenancy import clock
from tenancy.permissions import ROLES, Permission, allows
from tenancy.web import page


@page(Permission.EVALUATION_VIEW)
def round(request, pk):
    """One round: where it stands, who scores, the frozen facts, the score once all have signed, the conclusion."""
    on = clock.today()
    found = queries.get_round(request.member, pk, on=on)
    context = shown(as_told(found, request.member), member=request.member, on=on)
    return render(request, "evaluations/rounds/round.html", context)


def shown(round, *, member, on):
    """Everything on a round's page; acts only for those who may do them now."""
    scorers, moves = queries.scorers_of(round), list(round.moves.select_related("by__account"))
    organises = queries.may_organise(member, round.contract)
    judged = round_page.judged(round, member, on=on)
    staffed = organises and round.state in rules.STAFFED
    own = _own_place(round, scorers, member, on)
    states = queries.may_state(member, round.contract) and round.state == rules.STATEMENT
    return {
        "round": round,
        "contract": round.contract,
        "links": round_page.chain(round, moves),
        "holder": round_page.holder(round, scorers, moves, on=on),
        "timeline": round_page.steps_back(moves),
        "groups": round_page.groups(round, judged["scheme"], scorers),
        "sees_people": ROLES[member.role].side != "evaluator",
        "sees_scores": round_page.sees_scores(member, round),
        "own_place": own,
        "consequences": round_page.proposed(round, member, on=on) if round.state == rules.CONCLUDED else [],
        "may_staff": staffed,
        "may_open": organises and round.state == rules.PREPARED,
        "may_go_on": organises and _may_go_on(round, on),
        "may_sample": round.facts_id is not None and allows(member, Permission.EVALUATION_SCORE) and (organises or own is not None),
        "may_cancel": organises and round.state in rules.OPEN,
        "may_conclude": organises and round.state == rules.STATED,
        "statement_form": forms.StatementForm() if states else None,
        "retries": round.no - 1,
        "fact_count": len(round.facts.data.get("items", {})) if round.facts_id else 0,
        "refusal": None,
        **judged,
    }  # fmt: skip


def _own_place(round, scorers, member, on):
    """The member's own place while its sheet opens, or None."""
    mine = (row for row in scorers if row.membership_id == member.pk and row.state in rules.TAKING_PART)
    return next((row for row in mine if row.from_day <= on <= row.to_day and round.state != rules.CANCELLED), None)


def _may_go_on(round, on):
    """Whether the time of what the round waits for is over, so that its organiser may go on without it."""
    until = {rules.SELF_EVALUATION: round.self_until, rules.STATEMENT: round.statement_until}.get(round.state)
    return until is not None and on > until


@page(Permission.EVALUATION_VIEW)
def round_facts(request, pk):
    """The facts of a round as frozen when it opened: every indicator at the cut-off."""
    found = queries.get_round(request.member, pk, on=clock.today())
    data = found.facts.data if found.facts_id else None
    rows = list(data.get("items", {}).values()) if data else []
    context = {
        "round": found,
        "contract": found.contract,
        "facts": data,
        "rows": rows,
        "reports": (data or {}).get("reports", {}).get("told", ""),
        "snapshot": found.facts,
    }
    return render(request, "evaluations/rounds/facts.html", context)
