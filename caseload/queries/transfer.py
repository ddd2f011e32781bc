"""Transfers of files at a contract's end: what would be handed over, what was, and who may see it."""

from django.db.models import Count, Q

from caseload.models import Case, FileTransfer, FileTransferLine, Household
from caseload.queries.access import one_of
from caseload.rules import cases as case_rules
from contracts.queries import visible_contracts
from tenancy.models import Organisation


def to_hand_over(contract):
    """The households of a contract with the numbers of their cases and papers."""
    papers = Count("papers", filter=Q(papers__is_draft=False), distinct=True)
    case_papers = Count("cases__case_papers", filter=Q(cases__case_papers__is_draft=False), distinct=True)
    return Household.objects.filter(contract=contract).annotate(
        cases_count=Count("cases", distinct=True), papers_count=papers + case_papers
    )


def open_cases(contract):
    """How many cases of a contract have not ended."""
    return Case.objects.filter(contract=contract).exclude(state__in=list(case_rules.ENDED)).count()


def receivers(contract):
    """Who may take a contract's files: the purchaser, or another agency of the tenant."""
    others = Organisation.objects.filter(kind=Organisation.Kind.PROVIDER).exclude(pk=contract.provider_id)
    return Organisation.objects.filter(Q(pk=contract.purchaser_id) | Q(pk__in=others.values("pk")))


def visible_transfers(member, *, on):
    """Transfers of the member's contracts, and those that were handed to its organisation."""
    mine = Q(contract__in=visible_contracts(member, on=on).order_by().values("pk")) | Q(
        receiver_id=member.organisation_id
    )
    return FileTransfer.objects.filter(mine).select_related(
        "contract__provider", "receiver", "handed_by__account", "decided_by__account"
    )


def get_transfer(member, pk, *, on):
    """A transfer that the member may see, or 404."""
    return one_of(visible_transfers(member, on=on), pk)


def lines_of(transfer):
    """The list that was handed over: numbers only, in order."""
    return FileTransferLine.objects.filter(transfer=transfer).select_related("household").order_by("household__number")


def to_hand(member, *, on):
    """Ended contracts of the member's own agency whose files were not handed over."""
    done = FileTransfer.objects.filter(state__in=["handed", "received"]).values("contract_id")
    mine = visible_contracts(member, on=on).filter(provider_id=member.organisation_id)
    return mine.filter(Q(ends_on__lt=on) | Q(state__in=["closed", "terminated"])).exclude(pk__in=done)
