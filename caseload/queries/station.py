"""Reads of stays at a rescue station, and who may see which: the provider's people and the station's own."""

from django.db.models import Q

from caseload.models import RegisterEntry, Stay
from contracts.queries import visible_contracts


def residents(contract, *, on):
    """The stays that are present on the day, by room and bed, with their entries and rooms. Ask it for a visible contract."""
    rows = Stay.objects.filter(contract=contract, entry__from_day__lte=on).filter(
        Q(entry__to_day=None) | Q(entry__to_day__gte=on)
    )
    return rows.select_related("entry", "room").order_by("room__label", "bed", "number")


def station_contracts(member, *, on):
    """The contracts under which the member may see people who stay: its own agency's, or its own station's."""
    return visible_contracts(member, on=on).filter(
        Q(provider_id=member.organisation_id) | Q(purchaser_id=member.organisation_id)
    )


def visible_stays(member, *, on):
    """The stays that the member may see on the day."""
    return Stay.objects.filter(contract__in=station_contracts(member, on=on).order_by().values("pk"))


def rooms(contract, *, on):
    """The dormitories of a contract on the day: entries of the register `care_room`."""
    rows = RegisterEntry.objects.filter(contract=contract, kind="care_room", from_day__lte=on)
    return rows.filter(Q(to_day=None) | Q(to_day__gte=on)).order_by("label")
