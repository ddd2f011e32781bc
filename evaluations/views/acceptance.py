from django.shortcuts import render

from documents.serving import serve
from evaluations.forms import acceptance as forms
from evaluations.queries import acceptance as queries
from evaluations.queries.outstanding import outstanding_work
from evaluations.rules import acceptance as rules
from tenancy import clock
from tenancy.permissions import Permission, allows
from tenancy.web import page


@page(Permission.EVALUATION_VIEW)
def acceptances(request):
    """Every round that the member may see; an agency can ask for one, an expert sees what waits for its signature."""
    on = clock.today()
    rows = list(queries.listed_acceptances(request.member, on=on))
    may_ask = allows(request.member, Permission.ACCEPTANCE_REQUEST)
    return render(
        request,
        "evaluations/acceptances.html",
        {
            "rows": rows,
            "requestable": list(queries.requestable_contracts(request.member, on=on)) if may_ask else [],
            "waiting": list(queries.waiting_signatures(request.member, on=on))
            if allows(request.member, Permission.ACCEPTANCE_SIGN)
            else [],
        },
    )


@page(Permission.EVALUATION_VIEW)
def acceptance(request, pk):
    """One round: the agency's statement, what is open, the expert group with its signatures, papers, the conclusion."""
    on = clock.today()
    found = queries.get_acceptance(request.member, pk, on=on)
    return render(request, "evaluations/acceptance.html", acceptance_page(found, member=request.member, on=on))


def acceptance_page(acceptance, *, member, on):
    """Everything on a round's page; forms only for those who may use them now."""
    experts = queries.experts_of(acceptance)
    place = next((expert for expert in experts if expert.membership_id == member.pk), None)
    organises = allows(member, Permission.ACCEPTANCE_ORGANISE)
    is_open = acceptance.state != rules.CONCLUDED
    moves = list(acceptance.moves.select_related("by__account"))
    signed = [expert for expert in experts if expert.signed_at]
    may_sign = place is not None and not place.signed_at and acceptance.state == rules.SCHEDULED
    return {
        "acceptance": acceptance,
        "contract": acceptance.contract,
        "experts": experts,
        "signed": signed,
        "place": place,
        "papers": acceptance.acceptance_papers.select_related("file", "added_by__account"),
        "moves": moves,
        "gaps": outstanding_work(acceptance.contract, on=on) if is_open else [],
        "kept_gaps": moves[-1].detail.get("gaps", []) if moves and not is_open else [],
        "is_late": acceptance.rework_until is not None and on > acceptance.rework_until,
        "schedule_form": _schedule_form(acceptance, experts, on) if organises and is_open and not signed else None,
        "conclude_form": forms.ConcludeForm() if organises and acceptance.state == rules.SCHEDULED else None,
        "conclude_problems": rules.conclusion_problems(result=rules.PASSED, signatures=queries.signatures(experts), held_on=acceptance.held_on, today=on, rework_until=None, opinion="") if acceptance.state == rules.SCHEDULED else [],
        "sign_form": forms.SignForm() if may_sign and on >= acceptance.held_on else None,
        "paper_form": forms.PaperForm() if queries.may_add_paper(acceptance, member) else None,
    }  # fmt: skip


def _schedule_form(acceptance, experts, on):
    lead = next((expert.membership_id for expert in experts if expert.is_lead), None)
    initial = {
        "held_on": acceptance.held_on,
        "place": acceptance.place,
        "experts": [expert.membership_id for expert in experts],
        "lead": lead,
    }
    return forms.ScheduleForm(initial=initial, contract=acceptance.contract, on=on)


@page(Permission.EVALUATION_VIEW)
def paper_file(request, pk):
    """A document of a round."""
    return serve(queries.get_paper(request.member, pk, on=clock.today()).file)
