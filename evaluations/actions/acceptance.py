"""Every write on acceptance: the agency asks, the bureau calls the experts, each signs for itself, the bureau concludes."""

from django.db import transaction
from django.db.models import Max

from contracts.models import Contract
from documents.actions import files
from evaluations.models import Acceptance, AcceptanceExpert, AcceptanceMove, AcceptancePaper
from evaluations.queries import acceptance as queries
from evaluations.queries import checklist, outstanding
from evaluations.rules import acceptance as rules
from evaluations.rules import checklist as verdict_rules
from services.indicators.measure import measure_contract
from tenancy import audit, clock
from tenancy.problems import Conflict, Refused


@transaction.atomic
def request_acceptance(contract, *, statement, by, at, rework=None):
    """Ask for a round of acceptance (第九条第一款); what is still open is kept beside the request.

    After a failed round `rework` tells for each item that was found wanting what was done about it ({item code: words}).
    Refused for a contract that is not active, while a round is open, after one has passed, or when open work or a wanting
    item goes unexplained.
    """
    on = clock.day_of(at)
    Contract.objects.select_for_update().get(pk=contract.pk)
    rounds = contract.acceptances
    gaps = outstanding.outstanding_work(contract, on=on)
    wanted = checklist.wanting(checklist.last_failed(contract))
    done = {row.code: (rework or {}).get(row.code, "").strip() for row in wanted}
    problems = rules.request_problems(
        is_active=contract.state == Contract.State.ACTIVE,
        has_open_round=rounds.exclude(state=rules.CONCLUDED).exists(),
        has_passed=rounds.filter(result=rules.PASSED).exists(),
        gaps=gaps,
        statement=statement,
        rework=verdict_rules.rework_problems(wanted, done),
    )
    if problems:
        raise Refused("没有申请", problems)
    number = (rounds.aggregate(last=Max("round"))["last"] or 0) + 1
    acceptance = Acceptance.objects.create(
        contract=contract,
        round=number,
        requested_by=by,
        requested_at=at,
        statement=statement.strip(),
        rework=done,
    )
    _history(acceptance, "request", "", by=by, at=at, gaps=[str(gap) for gap in gaps])
    audit.record(
        "acceptance.requested", by=by, at=at, target=acceptance, contract=contract.code, round=number, gaps=len(gaps)
    )
    return acceptance


@transaction.atomic
def schedule(acceptance, *, held_on, place, experts, lead, by, at):
    """Set day, place and expert group (members in the role of an expert, posted to the contract), until the first signature.

    The checklist of the round is the scheme in force on this day (evaluation "acceptance"), and stays it.
    """
    acceptance = _locked(acceptance)
    chosen, today = {member.pk: member for member in experts}, clock.day_of(at)
    problems = rules.schedule_problems(
        held_on=held_on,
        today=today,
        experts=set(chosen),
        lead=lead.pk if lead else None,
        posted=set(queries.posted_experts(acceptance.contract, on=held_on).values_list("pk", flat=True)),
        has_signature=acceptance.experts.filter(signed_at__isnull=False).exists(),
    )
    if problems:
        raise Refused("没有安排", problems)
    _move(
        acceptance,
        "schedule",
        by=by,
        at=at,
        changes={
            "held_on": held_on,
            "place": place.strip(),
            "version": checklist.version_in_force(acceptance.contract),
        },
        experts=[str(member) for member in experts],
    )
    acceptance.experts.all().delete()
    AcceptanceExpert.objects.bulk_create(
        AcceptanceExpert(acceptance=acceptance, membership=member, is_lead=member.pk == lead.pk) for member in experts
    )
    audit.record(
        "acceptance.scheduled",
        by=by,
        at=at,
        target=acceptance,
        held_on=str(held_on),
        experts=[str(member) for member in experts],
    )
    return acceptance


@transaction.atomic
def add_paper(acceptance, *, upload, title, by, at):
    """Attach a document: minutes, sign-in sheet, the signed opinion. After the conclusion only the handler may."""
    acceptance = _locked(acceptance)
    if not queries.may_add_paper(acceptance, by):
        raise Refused("补材料由经办人办理；结论以前，乙方项目主管和评审组专家也可以补")
    stored = files.store(upload, allow={"paper", "image"}, by=by, at=at)
    paper = AcceptancePaper.objects.create(
        acceptance=acceptance, file=stored, title=title.strip() or stored.name[:80], added_by=by, added_at=at
    )
    audit.record("acceptance.paper_added", by=by, at=at, target=acceptance, title=paper.title, sha256=stored.sha256)
    return paper


@transaction.atomic
def sign(acceptance, *, agrees, opinion, by, at, verdicts=None):
    """Sign one's own place in the expert group, once; the signature can't be changed afterwards.

    Where the round has a checklist, `verdicts` holds one for each item: {code: {"fits": bool, "note": str}}.
    """
    acceptance = _locked(acceptance)
    place = acceptance.experts.filter(membership=by).first()
    if place is None:
        raise Refused("你不在这一轮的评审组里")
    problem = rules.sign_problem(
        state=acceptance.state,
        held_on=acceptance.held_on,
        today=clock.day_of(at),
        has_signed=place.signed_at is not None,
        agrees=agrees,
        opinion=opinion,
    )
    if problem:
        raise Refused(problem)
    given = {code: {"fits": row["fits"], "note": row.get("note", "").strip()} for code, row in (verdicts or {}).items()}
    problems = verdict_rules.verdict_problems(checklist.items_of(acceptance), given, agrees=agrees, opinion=opinion)
    if problems:
        raise Refused("没有签名", problems)
    if not AcceptanceExpert.objects.filter(pk=place.pk, signed_at=None).update(
        agrees=agrees, opinion=opinion.strip(), verdicts=given, signed_at=at
    ):
        raise Conflict
    wrong = [code for code, row in given.items() if not row["fits"]]
    audit.record("acceptance.signed", by=by, at=at, target=acceptance, agrees=agrees, wanting=wrong)
    return acceptance


@transaction.atomic
def conclude(acceptance, *, result, opinion, rework_until, by, at):
    """Record the round's result; work that is still open doesn't stop it and is kept beside it, with the facts of the checklist.

    Refused: passed without all signatures or without a majority, failed without an opinion or a limit for the rework.
    """
    acceptance = _locked(acceptance)
    today = clock.day_of(at)
    if acceptance.state != rules.SCHEDULED:
        raise Conflict("这一轮已出结论" if acceptance.state == rules.CONCLUDED else "评审还没有安排")
    problems = rules.conclusion_problems(
        result=result,
        signatures=queries.signatures(queries.experts_of(acceptance)),
        held_on=acceptance.held_on,
        today=today,
        rework_until=rework_until,
        opinion=opinion,
    )
    if problems:
        raise Refused("不能登记结论", problems)
    changes = {
        "result": result,
        "opinion": opinion.strip(),
        "concluded_on": today,
        "concluded_by": by,
        "rework_until": rework_until if result == rules.FAILED else None,
    }
    detail = _known(acceptance, today)
    _move(acceptance, "pass" if result == rules.PASSED else "fail", by=by, at=at, changes=changes, **detail)
    audit.record(
        "acceptance.concluded",
        by=by,
        at=at,
        target=acceptance,
        result=result,
        round=acceptance.round,
        gaps=len(detail["gaps"]),
    )
    return acceptance


def _known(acceptance, on):
    """What is kept beside a conclusion: the work still open, and the facts of each item, as of the day."""
    table = measure_contract(acceptance.contract, on=on)
    gaps = [str(gap) for gap in outstanding.outstanding_work(acceptance.contract, on=on, table=table)]
    known = checklist.facts_by_code(acceptance.contract, table, on=on)
    return {"gaps": gaps, "facts": checklist.told_facts(checklist.items_of(acceptance), known)}


def _locked(acceptance):
    rows = Acceptance.objects.select_for_update(of=("self",)).select_related("contract", "version")
    return rows.get(pk=acceptance.pk)


def _move(acceptance, verb, *, by, at, changes, **detail):
    """The one door through which a round changes its state: compare, set, leave a history row."""
    sources, goal = rules.MOVES[verb]
    old = acceptance.state
    if old not in sources or not Acceptance.objects.filter(pk=acceptance.pk, state=old).update(state=goal, **changes):
        raise Conflict
    for name, value in {"state": goal, **changes}.items():
        setattr(acceptance, name, value)
    _history(acceptance, verb, old, by=by, at=at, **detail)


def _history(acceptance, verb, old, *, by, at, **detail):
    AcceptanceMove.objects.create(
        acceptance=acceptance, verb=verb, from_state=old, to_state=acceptance.state, by=by, at=at, detail=detail
    )
