"""Reads of readings: versions of an indicator, what both sides say of them, amendments; who speaks for which side."""

from dataclasses import dataclass, field

from django.http import Http404

from contracts.models import Amendment
from contracts.queries import visible_contracts
from services.models import Confirmation, Indicator, IndicatorVersion
from services.rules.readings import SIDES, is_agreed, side_of, unconfirmed
from tenancy.permissions import ROLES, Permission, allows


def side(member, contract):
    """Which side of the contract the member speaks for, or "" when for neither or without the permission."""
    if not allows(member, Permission.READING_CONFIRM):
        return ""
    return side_of(
        member_side=ROLES[member.role].side,
        is_provider=contract.provider_id == member.organisation_id,
        is_purchaser=True,  # a tenant has one purchaser, and every contract is its own
    )


def get_amendment(member, pk, *, on):
    """An amendment of a contract that the member may see, or 404."""
    row = (
        Amendment.objects.select_related(
            "contract__purchaser", "contract__provider", "proposed_by__account", "decided_by__account"
        )
        .filter(pk=pk, contract__in=visible_contracts(member, on=on).order_by().values("pk"))
        .first()
    )
    if row is None:
        raise Http404
    return row


@dataclass
class Read:
    """One indicator of a contract, and what both sides say of its present reading."""

    indicator: Indicator
    said: dict = field(default_factory=dict)

    @property
    def verdicts(self):
        return {side: one.verdict for side, one in self.said.items()}

    @property
    def is_agreed(self):
        """Whether both sides confirm the reading."""
        return is_agreed(self.verdicts)

    @property
    def open_told(self):
        """乙方未确认; "" when both sides confirm."""
        return unconfirmed(self.verdicts)

    @property
    def sides(self):
        """[(side, 甲方, its Confirmation or None)], as both sides see them."""
        return [(side, label, self.said.get(side)) for side, label in SIDES.items()]


def readings(contract):
    """The contract's indicators in order, each with what was said of its present version; two statements."""
    rows = [Read(row) for row in contract.indicators.all()]
    said = {}
    for one in _confirmations().filter(version__indicator__contract=contract):
        if one.version.number == one.version.indicator.version:
            said.setdefault(one.version.indicator_id, {})[one.side] = one
    for row in rows:
        row.said = said.get(row.indicator.pk, {})
    return rows


def reading(indicator):
    """One indicator with what was said of its present version."""
    said = _confirmations().filter(version__indicator=indicator, version__number=indicator.version)
    return Read(indicator, {one.side: one for one in said})


def _confirmations():
    return Confirmation.objects.select_related("by__account", "version__indicator")


@dataclass(frozen=True)
class Version:
    """A version of a reading, as the page of versions lists it."""

    version: IndicatorVersion
    said: list
    is_present: bool


def versions(indicator):
    """Every version of an indicator's reading, the latest first, each with what both sides said of it; two statements."""
    rows = indicator.versions.select_related("made_by__account", "amendment").prefetch_related(
        "confirmations__by__account"
    )
    return [
        Version(row, list(row.confirmations.all()), row.number == indicator.version) for row in rows.order_by("-number")
    ]


def amendments(contract):
    """The contract's amendments, the latest first."""
    return contract.amendments.select_related("proposed_by__account", "decided_by__account").order_by("-no")


def open_amendment(contract):
    """The amendment that is under way, or None."""
    return contract.amendments.filter(state__in=("proposed", "agreed")).first()


def readings_before(amendment):
    """{code: sentence} of the readings that an amendment replaces or replaced, as they stood before it; one statement."""
    bases = {change["code"]: change["base_version"] for change in amendment.changes}
    kept = IndicatorVersion.objects.filter(
        indicator__contract=amendment.contract_id, indicator__code__in=bases
    ).select_related("indicator")
    return {row.indicator.code: row.sentence for row in kept if row.number == bases[row.indicator.code]}
