"""How a reader stands to a file, which values the reader may open and how, and the requests to open a child's."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count, Q

from caseload.models import Case, DisclosureRequest, Household, Person
from caseload.queries.access import may_reveal, may_write, one_of
from caseload.queries.cases import handles
from caseload.queries.households import visible_households
from caseload.rules import cases as case_rules
from caseload.rules import disclosure as rules
from tenancy.models import AuditEvent, Organisation
from tenancy.permissions import ROLES, Permission, allows

# The acts by which a personal value is opened, over all apps.
LOOKS = ("person.revealed", "record.reveal", "stay.reveal", "key_person.reveal")


# --- ties ---------------------------------------------------------------------------------------------------------
def _tie_outside_a_case(member, contract):
    side = ROLES[member.role].side
    if side == "evaluator":
        return rules.EVALUATOR
    if side == "provider" and not may_write(member, contract):
        return rules.GUEST
    return rules.LEDGER if may_reveal(member, contract) else rules.LOOKS


def tie_to_case(member, case):
    """How the member stands to a case (a key of rules.TIES)."""
    if not handles(member, case):
        return _tie_outside_a_case(member, case.contract)
    if allows(member, Permission.CASE_APPROVE):
        return rules.OFFICE
    return rules.WORKER if case.worker_id == member.pk else rules.LEADS


def tie_to_record(member, contract, case=None):
    """How the member stands to a service record: as to its case, or as one who logs and checks under the contract."""
    if case is not None and handles(member, case):
        return tie_to_case(member, case)
    works = allows(member, Permission.RECORD_WRITE) or allows(member, Permission.RECORD_VERIFY)
    return rules.LOGS if works and may_write(member, contract) else _tie_outside_a_case(member, contract)


def tie_to_household(member, household, *, on):
    """How the member stands to a family on the ledger: as the worker of one of its unfinished cases, or as the role stands."""
    return rules.WORKER if own_clients(member, household) else _tie_outside_a_case(member, household.contract)


def own_clients(member, household):
    """The ids of those of the household whose unfinished case the member works on."""
    if not may_reveal(member, household.contract) or not may_write(member, household.contract):
        return set()
    rows = Case.objects.filter(household=household, worker=member).exclude(state__in=list(case_rules.ENDED))
    return set(rows.values_list("person_id", flat=True))


def is_minor(person, *, on):
    """Whether a person counts as a minor on the day."""
    return rules.is_minor(person.birth_date, person.relation, on=on)


def is_minors_household(household, *, on):
    """Whether a family's own values are a child's: nobody in it is grown up."""
    people = list(household.people.all())
    return bool(people) and all(is_minor(person, on=on) for person in people)


def name_in(tie, person, number, *, on):
    """A person's name as it is shown to one with the tie; `number`, if there is one, stands beside a minor's 某某."""
    minor = is_minor(person, on=on)
    if rules.shown(tie, "name", minor=minor) == rules.FULL:
        return person.name.reveal()
    return rules.minors_name(number) if minor and number else str(person.name)


# --- opening a value ----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Opening:
    """What opening values of one person or household asks of the member; `requests` are those that still say something."""

    kind: str
    requests: dict = field(default_factory=dict)

    def of(self, name, *, at):
        """ "purpose", "approved", "asked", "ask" or "no" for one field."""
        if self.kind != rules.APPROVAL:
            return self.kind
        request = self.requests.get(name)
        if request is None or request.state not in (rules.ASKED, rules.APPROVED):
            return "ask"
        if request.state == rules.ASKED:
            return "asked"
        return "approved" if request.valid_until >= at else "ask"


def openings(member, household, people, *, on):
    """({person id: Opening}, the Opening of the household's own values); two statements however many people."""
    tie, own = _tie_outside_a_case(member, household.contract), own_clients(member, household)
    asked = {}
    live = DisclosureRequest.objects.filter(
        household=household, asked_by=member, state__in=[rules.ASKED, rules.APPROVED]
    )
    for request in live.order_by("asked_at"):
        asked.setdefault(request.person_id, {})[request.field] = request
    found = {}
    for person in people:
        as_seen = rules.WORKER if person.pk in own else tie
        kind = rules.opening(as_seen, minor=is_minor(person, on=on))
        found[person.pk] = Opening(kind, asked.get(person.pk, {}))
    minors = bool(people) and all(is_minor(person, on=on) for person in people)
    kind = rules.opening(rules.WORKER if own else tie, minor=minors)
    return found, Opening(kind, asked.get(None, {}))


def opening_of(member, row, *, on):
    """The Opening of one person, or of one household's own values."""
    if isinstance(row, Person):
        return openings(member, row.household, [row], on=on)[0][row.pk]
    return openings(member, row, list(row.people.all()), on=on)[1]


def looks(member, *, at):
    """(how many values the member opened in the last hour, in the last day)."""
    rows = AuditEvent.objects.filter(membership=member, action__in=LOOKS, at__gt=at - timedelta(days=1), outcome="done")
    rows = rows.exclude(fields_seen=[])  # what the index holds
    counted = rows.aggregate(hour=Count("pk", filter=Q(at__gt=at - timedelta(hours=1))), day=Count("pk"))
    return counted["hour"], counted["day"]


# --- requests -----------------------------------------------------------------------------------------------------
def decider_for(member, household):
    """The organisation whose supervisors decide on the member's request: its own, or the bureau for a street's office."""
    if ROLES[member.role].side == "subdistrict":
        return Organisation.objects.get(pk=household.contract.purchaser_id)
    return member.organisation


def _with_names(requests):
    return requests.select_related(
        "household__contract", "household__area", "person__household", "asked_by__account", "asked_by__organisation", "decided_by__account"
    )  # fmt: skip


def requests_of(member, *, limit=50):
    """The member's own requests, newest first."""
    return _with_names(DisclosureRequest.objects.filter(asked_by=member))[:limit]


def awaiting_disclosure(member):
    """The requests that wait for a supervisor of the member's organisation; never the member's own. The oldest first."""
    if not allows(member, Permission.MINOR_APPROVE):
        return DisclosureRequest.objects.none()
    rows = DisclosureRequest.objects.filter(decider_id=member.organisation_id, state=rules.ASKED)
    return _with_names(rows.exclude(asked_by__account_id=member.account_id)).order_by("asked_at", "id")


def decided_disclosures(member, *, limit=20):
    """What the member's organisation decided last."""
    rows = DisclosureRequest.objects.filter(decider_id=member.organisation_id, decided_by__isnull=False)
    return _with_names(rows).order_by("-decided_at")[:limit]


def get_disclosure_to_decide(member, pk):
    """A request that the member's organisation decides on, or 404; one's own is not among them."""
    rows = DisclosureRequest.objects.filter(decider_id=member.organisation_id)
    return one_of(_with_names(rows.exclude(asked_by__account_id=member.account_id)), pk)


def get_own_disclosure(member, pk):
    """The member's own request, or 404."""
    return one_of(_with_names(DisclosureRequest.objects.filter(asked_by=member)), pk)


def subject_of(member, *, person=None, household=None, on):
    """The person or household that a request is about, if the member may see it, or 404."""
    seen = visible_households(member, on).select_related("contract")
    if person is not None:
        rows = Person.objects.select_related("household", "household__contract")
        return one_of(rows.filter(household__in=visible_households(member, on).order_by().values("pk")), person)
    return one_of(seen if household else Household.objects.none(), household)
