"""Samples of cases that evaluators see under numbers: who may see which, and what is told of one."""

from django.db.models import Count, Q

from caseload.models import Carer, Case, CasePaper, SampledCase, SampleGrant
from caseload.queries.access import one_of
from caseload.queries.cases import case_history, case_papers
from caseload.queries.consents import agrees
from caseload.rules import cases as case_rules
from caseload.rules import samples
from caseload.rules.people import normal_name
from caseload.rules.scrubbing import Known, scrub
from contracts.queries import visible_contracts
from tenancy.models import Organisation


# --- the purchaser's side -----------------------------------------------------------------------------------------
def visible_grants(member, *, on):
    """The samples that were drawn of the contracts that the member may see; for those who organise evaluations."""
    rows = SampleGrant.objects.filter(contract__in=visible_contracts(member, on=on).order_by().values("pk"))
    return rows.select_related("contract", "organisation", "membership__account", "made_by__account").annotate(
        drawn=Count("samples")
    )


def get_grant(member, pk, *, on):
    """One sample grant that the member may see, or 404."""
    return one_of(visible_grants(member, on=on), pk)


def drawable(contract):
    """The cases of a contract from which a sample is drawn."""
    return Case.objects.filter(contract=contract, state__in=sorted(samples.DRAWN_FROM))


def evaluators():
    """The tenant's evaluating organisations."""
    return Organisation.objects.filter(kind=Organisation.Kind.EVALUATOR)


# --- the evaluator's side -----------------------------------------------------------------------------------------
def open_to(member, *, on):
    """The grants under which the member may see samples on the day."""
    mine = Q(membership=member) | Q(membership__isnull=True, organisation_id=member.organisation_id)
    return SampleGrant.objects.filter(mine, from_day__lte=on, to_day__gte=on, ended_at__isnull=True)


def samples_of(member, *, on):
    """The member's samples with their grants, by grant and number; nothing of the cases but their state."""
    rows = SampledCase.objects.filter(grant__in=open_to(member, on=on).order_by().values("pk"))
    return rows.select_related("grant__contract", "case").order_by("-grant__made_at", "number")


def get_sample(member, pk, *, on):
    """A drawn case that the member may see under its number, or 404."""
    return one_of(samples_of(member, on=on).select_related("case__person", "case__household", "case__street"), pk)


def known_of(case):
    """Everything that would tell whose case it is, with the token that stands for each person (rules.scrubbing)."""
    found, others = [], 0
    for person in case.household.people.all():
        own = person.pk == case.person_id
        others += not own
        stands_for = "【本人】" if own else f"【家人{others}】"
        found.append(Known(stands_for, (normal_name(person.name.reveal()),), _values(person.id_number, person.phone)))
    carers = Carer.objects.filter(household=case.household, member__isnull=True)
    found += [Known("【监护人】", (normal_name(one.name.reveal()),), _values(one.phone)) for one in carers]
    home = Known("【本户】", addresses=_values(case.household.address), places=(case.area.name,))
    worker = Known("【社工】", names=(case.worker.account.name,))
    return [*found, home, worker]


def _values(*sealed):
    return tuple(one.reveal() for one in sealed if one)


def sample_papers(sample, told):
    """[(title, day, [(label, scrubbed text)])] of the forms in the file; `told(paper)` puts a form into words."""
    known = known_of(sample.case)
    found = []
    for paper in case_papers(sample.case):
        lines = [(label, scrub(str(text), known)) for label, text in told(paper) if text]
        if lines:
            found.append((case_rules.PAPERS.get(paper.kind, paper.kind), paper.filled_on, lines))
    return found


def sample_words(sample):
    """The case's own words and goals without what tells whose they are."""
    case, known = sample.case, known_of(sample.case)
    goals = [{name: scrub(text, known) for name, text in goal.items()} for goal in case.goals]
    return {
        "problem": scrub(case.problem.reveal(), known), "summary": scrub(case.closure_summary.reveal(), known),
        "opinion": scrub(case.community_opinion, known), "goals": goals,
        "moves": [(move.at, case_rules.VERBS.get(move.verb, move.verb), scrub(move.reason, known)) for move in case_history(case)],
    }  # fmt: skip


def sample_photos(sample, *, on):
    """The photos in the case's file, if the served person agreed to both: to photos, and to their use in an evaluation."""
    case = sample.case
    if not agrees(case.household, ("photo", "evaluation"), on=on, person=case.person_id):
        return CasePaper.objects.none()
    return case_papers(case).filter(kind="photo", file__isnull=False).exclude(file__thumbnail_path="")


def get_sample_photo(member, pk, paper, *, on):
    """A photo of a sampled case whose person agreed, or 404."""
    return one_of(sample_photos(get_sample(member, pk, on=on), on=on), paper)
