from django.shortcuts import render

from documents.serving import serve
from evaluations.forms import acceptance as forms
from evaluations.queries import acceptance as queries
from evaluations.queries import checklist, consequences, rounds
from evaluations.queries.outstanding import outstanding_work
from evaluations.rules import acceptance as rules
from evaluations.rules import checklist as verdict_rules
from services.indicators.measure import measure_contract
from tenancy import clock
from tenancy.permissions import ROLES, Permission, allows
from tenancy.web import page


@page(Permission.EVALUATION_VIEW)
def acceptances(request):
    """Every round of evaluation and of acceptance that the member may see; an agency can ask for acceptance, an expert sees what waits for its signature."""
    on = clock.today()
    rows = list(queries.listed_acceptances(request.member, on=on))
    may_ask = allows(request.member, Permission.ACCEPTANCE_REQUEST)
    return render(
        request,
        "evaluations/acceptances.html",
        {
            "rows": rows,
            "shows_ratings": ROLES[request.member.role].side != "evaluator",
            "shows_consequences": consequences.is_concerned(request.member),
            "rounds": rounds.listed_rounds(request.member, on=on),
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


def acceptance_page(acceptance, *, member, on, sign_form=None):
    """Everything on a round's page; forms only for those who may use them now. `sign_form` is one that came back wrong."""
    experts = queries.experts_of(acceptance)
    place = next((expert for expert in experts if expert.membership_id == member.pk), None)
    organises = allows(member, Permission.ACCEPTANCE_ORGANISE)
    is_open = acceptance.state != rules.CONCLUDED
    moves = list(acceptance.moves.select_related("by__account"))
    signed = [expert for expert in experts if expert.signed_at]
    may_sign = (
        place is not None and not place.signed_at and acceptance.state == rules.SCHEDULED and on >= acceptance.held_on
    )
    sections = checklist.sections_of(acceptance)
    items = [item for _title, rows in sections for item in rows]
    gaps, told = _known(acceptance, items, on) if is_open else ([], moves[-1].detail.get("facts", {}) if moves else {})
    sign_form = sign_form or (forms.SignForm(items=items) if may_sign else None)
    return {
        "acceptance": acceptance,
        "contract": acceptance.contract,
        "experts": experts,
        "signed": signed,
        "place": place,
        "sees_opinions": rules.sees_opinions(side=ROLES[member.role].side, has_signed=place is not None and place.signed_at is not None, is_concluded=not is_open),
        "sections": checklist.lines(sections, experts, told, sign_form.controls() if sign_form else None),
        "papers": acceptance.acceptance_papers.select_related("file", "added_by__account"),
        "moves": moves,
        "gaps": gaps,
        "kept_gaps": moves[-1].detail.get("gaps", []) if moves and not is_open else [],
        "is_late": acceptance.rework_until is not None and on > acceptance.rework_until,
        "schedule_form": _schedule_form(acceptance, experts, on) if organises and is_open and not signed else None,
        "conclude_form": forms.ConcludeForm(initial={"opinion": drafted(items, signed)}) if organises and acceptance.state == rules.SCHEDULED else None,
        "conclude_problems": rules.conclusion_problems(result=rules.PASSED, signatures=queries.signatures(experts), held_on=acceptance.held_on, today=on, rework_until=None, opinion="") if acceptance.state == rules.SCHEDULED else [],
        "sign_form": sign_form,
        "paper_form": forms.PaperForm() if queries.may_add_paper(acceptance, member) else None,
        **_aftermath(acceptance, member, on),
    }  # fmt: skip


def _known(acceptance, items, on):
    """(what is open, the facts of each item) as measured now, in one measurement."""
    table = measure_contract(acceptance.contract, on=on)
    known = checklist.facts_by_code(acceptance.contract, table, on=on) if items else {}
    return outstanding_work(acceptance.contract, on=on, table=table), checklist.told_facts(items, known)


def drafted(items, signed):
    """The opinion of a conclusion, drafted from what the experts found wanting."""
    sheets = [verdict_rules.Sheet(str(expert.membership), expert.verdicts) for expert in signed]
    return verdict_rules.drafted_opinion(verdict_rules.wanting(items, sheets))


def _aftermath(acceptance, member, on):
    """What belongs to a round that has failed before or now: the rework, the appeal, the liability."""
    before = checklist.round_before(acceptance) if acceptance.round > 1 else None
    appeal = acceptance.appeals.select_related("made_by__account", "replied_by__account").first()
    is_own = member.organisation_id == acceptance.contract.provider_id
    may_appeal = allows(member, Permission.ACCEPTANCE_REQUEST) and is_own and not queries.appeal_closed(acceptance)
    may_reply = allows(member, Permission.ACCEPTANCE_ORGANISE) and appeal is not None and appeal.replied_at is None
    reason, breached = checklist.liability(acceptance, on=on)
    return {
        "before": before,
        "mended": [(row, acceptance.rework.get(row.code, "")) for row in checklist.wanting(before)],
        "appeal": appeal,
        "appeal_form": forms.AppealForm() if may_appeal else None,
        "reply_form": forms.ReplyForm() if may_reply else None,
        "liability": reason,
        "breached": breached,
        "may_register": bool(reason) and allows(member, Permission.CHECK_MANAGE) and member.organisation_id == acceptance.contract.purchaser_id,
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
