"""Samples of cases that evaluators see under numbers: who may see which, and what is told of one."""

from django.db.models import Count, Q

from caseload.models import Carer, Case, CasePaper, GroupMember, Person, SampledCase, SampleGrant
from caseload.queries.access import one_of
from caseload.queries.cases import case_history, case_papers
from caseload.queries.consents import agrees
from caseload.rules import cases as case_rules
from caseload.rules import samples, scrubbing
from caseload.rules.people import normal_name
from caseload.rules.scrubbing import Known, scrub
from contracts.queries import visible_contracts
from tenancy import keys
from tenancy.models import Organisation

# How many names are looked up in one statement.
LOOKED_UP = 5000
# Of how many families named in one text the address and the carers are looked up.
MOST_HOMES = 50
OTHER = "【他人】"


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
    worker = Known("【社工】", names=(case.worker.account.name,))
    return [*known_of_household(case.household, person=case.person_id), worker]


def known_of_household(household, *, person=None):
    """Everything that would tell which household it is: its people and carers, its address and community.

    `person` is the id of the one whom the text is about.
    """
    found, others = [], 0
    for one in household.people.all():
        own = one.pk == person
        others += not own
        stands_for = "【本人】" if own else f"【家人{others}】"
        found.append(Known(stands_for, (normal_name(one.name.reveal()),), _values(one.id_number, one.phone)))
    carers = Carer.objects.filter(household=household, member__isnull=True)
    found += [Known("【监护人】", (normal_name(one.name.reveal()),), _values(one.phone)) for one in carers]
    return [*found, Known("【本户】", addresses=_values(household.address), places=(household.area.name,))]


def _values(*sealed):
    return tuple(one.reveal() for one in sealed if one)


def people_named(text, *, besides=()):
    """[Known] of everybody on the tenant's ledgers and in its groups whose full name stands in the text, 【他人】 for each.

    Workers write of neighbours and classmates, too; who is named brings the own family, carers and address with it. Each piece of
    the text that may be a name is looked up by its blind index, so that nobody's name is opened to find it; `besides` are
    querysets of other tables with a name_index to look in.
    """
    indexes = {keys.blind_index(word): word for word in scrubbing.maybe_names(normal_name(text))}
    if not indexes:
        return []
    people = list(_held(Person.everyone.select_related("household__area"), indexes))
    tables = [GroupMember.objects.all(), *besides]
    held = {row.name_index for row in people}.union(*(_indexes_held(rows, indexes) for rows in tables))
    homes = {row.household_id: row.household for row in people}
    around = [one for home in list(homes.values())[:MOST_HOMES] for one in known_of_household(home)]
    found = [Known(OTHER, (indexes[index],)) for index in sorted(held)]
    return found + [Known(OTHER, one.names, one.numbers, one.addresses) for one in around]


def _held(rows, indexes):
    wanted = list(indexes)
    for start in range(0, len(wanted), LOOKED_UP):
        yield from rows.filter(name_index__in=wanted[start : start + LOOKED_UP]).order_by("pk")


def _indexes_held(rows, indexes):
    return {row.name_index for row in _held(rows.only("name_index"), indexes)}


def papers_told(case, told, known):
    """[(title, day, [(label, scrubbed text)])] of the forms in the file; `told(paper)` puts a form into words."""
    found = []
    for paper in case_papers(case):
        lines = [(label, scrub(str(text), known)) for label, text in told(paper) if text]
        if lines:
            found.append((case_rules.PAPERS.get(paper.kind, paper.kind), paper.filled_on, lines))
    return found


def case_words(case, known):
    """The case's own words and goals without what tells whose they are."""
    goals = [{name: scrub(text, known) for name, text in goal.items()} for goal in case.goals]
    return {
        "problem": scrub(case.problem.reveal(), known), "summary": scrub(case.closure_summary.reveal(), known),
        "opinion": scrub(case.community_opinion, known), "goals": goals,
        "moves": [(move.at, case_rules.VERBS.get(move.verb, move.verb), scrub(move.reason, known)) for move in case_history(case)],
    }  # fmt: skip


def case_photos(case, *, on):
    """The photos in the case's file, if the served person agreed to both: to photos, and to their use in an evaluation."""
    if not agrees(case.household, ("photo", "evaluation"), on=on, person=case.person_id):
        return CasePaper.objects.none()
    return case_papers(case).filter(kind="photo", file__isnull=False).exclude(file__thumbnail_path="")


def get_sample_photo(member, pk, paper, *, on):
    """A photo of a sampled case whose person agreed, or 404."""
    return one_of(case_photos(get_sample(member, pk, on=on).case, on=on), paper)
