"""Reads of stays at a rescue station, and who may see which: the provider's people and the station's own."""

import json

from django.db.models import Q
from django.http import Http404

from caseload.models import RegisterEntry, Stay, StayMove, StayPaper, Tracing
from caseload.queries.access import one_of
from caseload.rules import cases as case_rules
from caseload.rules import station as rules
from contracts.models import Deadline
from contracts.queries import visible_contracts
from tenancy.clock import day_of
from tenancy.permissions import Permission, allows

SETTLEMENT = "settlement.start"


def residents(contract, *, on):
    """The stays that are present on the day, by room and bed, with their entries and rooms. Ask it for a visible contract."""
    rows = Stay.objects.filter(contract=contract, entry__from_day__lte=on).filter(
        Q(entry__to_day=None) | Q(entry__to_day__gte=on)
    )
    return rows.select_related("entry", "room").order_by("room__label", "bed", "number")


def station_contracts(member, *, on):
    """The contracts under which the member may see people who stay: its own agency's, or its own station's."""
    if not allows(member, Permission.STAY_VIEW):
        return visible_contracts(member, on=on).none()
    return visible_contracts(member, on=on).filter(
        Q(provider_id=member.organisation_id) | Q(purchaser_id=member.organisation_id)
    )


def visible_stays(member, *, on):
    """The stays that the member may see on the day."""
    return Stay.objects.filter(contract__in=station_contracts(member, on=on).order_by().values("pk"))


def get_stay(member, pk, *, on):
    """A stay that the member may see, with everything its page names, or 404."""
    rows = visible_stays(member, on=on).select_related(
        "contract__provider", "contract__purchaser", "entry", "room", "carer__account", "confirmed_by__account", "created_by__account",
    )  # fmt: skip
    return one_of(rows, pk)


def handles_stay(member, stay):
    """Whether the member sees the person in full: the agency that performs the contract, and the station, as far as their roles reveal."""
    of_a_party = member.organisation_id in (stay.contract.provider_id, stay.contract.purchaser_id)
    return of_a_party and allows(member, Permission.STAY_VIEW) and allows(member, Permission.PERSON_REVEAL)


def rooms(contract, *, on):
    """The dormitories of a contract on the day: entries of the register `care_room`."""
    rows = RegisterEntry.objects.filter(contract=contract, kind="care_room", from_day__lte=on)
    return rows.filter(Q(to_day=None) | Q(to_day__gte=on)).order_by("label")


def stay_history(stay):
    """The stay's moves with their people, oldest first."""
    return StayMove.objects.filter(stay=stay).select_related("by__account", "by__organisation")


def stay_papers(stay):
    """The papers in the file, oldest first."""
    return StayPaper.objects.filter(stay=stay).select_related("file", "filled_by__account")


def get_stay_paper(member, pk, *, on):
    """A paper of a stay that the member handles, or 404."""
    paper = (
        StayPaper.objects.select_related("stay__contract", "file", "filled_by__account")
        .filter(pk=pk, stay__in=visible_stays(member, on=on).order_by().values("pk"))
        .first()
    )
    if paper is None or not handles_stay(member, paper.stay):
        raise Http404
    return paper


def stay_answers(paper):
    """{question: answer} of a form. Whoever shows it handles the stay."""
    text = paper.data.reveal()
    return json.loads(text) if text else {}


def tracings(stay):
    """The attempts to find the person's family, oldest first."""
    return list(Tracing.objects.filter(stay=stay).select_related("by__account"))


def earlier_stays(stay):
    """Stays of the same identity number before this one, the latest first: 反复流浪. All contracts of the station."""
    if not stay.id_number_index:
        return Stay.objects.none()
    same = Stay.objects.filter(id_number_index=stay.id_number_index, asked_at__lt=stay.asked_at)
    return same.exclude(pk=stay.pk).order_by("-asked_at")


def settlement_limit(contract):
    """The contract's limit after which an unidentified person is settled, as a Limit; None when it sets none."""
    row = Deadline.objects.filter(contract=contract, step=SETTLEMENT, within__isnull=False).first()
    return case_rules.Limit(row.within, row.unit, row.title) if row else None


def settlement_day(stay):
    """The day from which the stay may be settled, or None."""
    return rules.settlement_day(day_of(stay.admitted_at), settlement_limit(stay.contract))
