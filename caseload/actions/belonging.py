"""Every write on which categories a household or a member belongs to, with their periods and certificates."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from caseload.actions import registers
from caseload.actions.completeness import refresh_file
from caseload.models import Household, HouseholdCategory, RegisterEntry
from caseload.rules import ledger
from tenancy import audit
from tenancy.problems import Refused, broken_rule


@transaction.atomic
def set_category(household, category, *, from_day, by, at, person=None, certificate="", to_day=None):
    """Put a household, or one of its members, into a category for a time; returns the HouseholdCategory.

    `to_day` is the last day of a certificate that says one; the next period is a row of its own (续期). A category of social
    assistance also puts the household on the register that the contract's indicators ask for.
    """
    household = Household.objects.select_for_update(of=("self",)).select_related("contract").get(pk=household.pk)
    if not category.is_active:
        raise Refused(f"{category.label}已停用，不能再登记")
    if person is not None and person.household_id != household.pk:
        raise Refused("所选的人不在这一户")
    row = join(household, category, person=person, from_day=from_day, to_day=to_day, certificate=certificate, at=at)
    refresh_file(household, at=at)
    audit.record(
        "household.category_set", by=by, at=at, target=household, category=category.code, from_day=str(from_day)
    )
    return row


def join(household, category, *, from_day, at, person=None, certificate="", to_day=None):
    """The row itself and the register of social assistance, without an audit event: part of a larger act."""
    if HouseholdCategory.objects.filter(household=household, person=person, category=category, to_day=None).exists():
        raise Refused(f"已是{category.label}")
    row = HouseholdCategory(
        household=household, person=person, category=category, from_day=from_day, to_day=to_day, certificate=certificate
    )
    try:
        row.validate_constraints()
        with transaction.atomic():
            row.save(force_insert=True)
    except ValidationError as error:
        raise Refused("；".join(error.messages)) from error
    except IntegrityError as error:
        raise Refused(broken_rule(error, HouseholdCategory, "没有登记")) from error
    if category.is_assistance:
        _assist(household, category, from_day, to_day, at)
    return row


def _assist(household, category, from_day, to_day, at):
    """On the register of social assistance as long as any category of it lasts; a renewal goes on where the last one ended."""
    entries = RegisterEntry.objects.select_for_update(of=("self",)).filter(
        contract_id=household.contract_id, kind=ledger.ASSISTANCE_REGISTER, household=household
    )
    last = entries.order_by("-from_day").first()
    if last is None or (last.to_day is not None and (from_day - last.to_day).days > 1):
        registers.enter(
            contract=household.contract, kind=ledger.ASSISTANCE_REGISTER, household=household, from_day=from_day, at=at,
            facts={"category": category.counts_as or category.code},
        )  # fmt: skip
        last = entries.order_by("-from_day").first()
    if last.to_day != _last_day(household):
        last.to_day = _last_day(household)
        last.save(update_fields=["to_day"])


def _last_day(household):
    """The last day of social assistance, None while one of its categories has no end."""
    ends = HouseholdCategory.objects.filter(household=household, category__is_assistance=True)
    ends = list(ends.order_by().values_list("to_day", flat=True))
    return None if None in ends else max(ends)


@transaction.atomic
def end_category(row, *, to_day, by, at):
    """End a household's belonging to a category; with its last category of social assistance it leaves that register.

    A period with an end can be shortened, not made longer: a new certificate is a new row.
    """
    household = Household.objects.select_for_update(of=("self",)).get(pk=row.household_id)
    row = HouseholdCategory.objects.select_related("category").get(pk=row.pk)
    if to_day < row.from_day:
        raise Refused("截止日不得早于起始日")
    if row.to_day is not None and row.to_day <= to_day:
        raise Refused("这一类别已截止")
    row.to_day = to_day
    row.save(update_fields=["to_day"])
    if row.category.is_assistance and _last_day(household) is not None:
        RegisterEntry.objects.filter(
            household=household, kind=ledger.ASSISTANCE_REGISTER, to_day=None, from_day__lte=_last_day(household)
        ).update(to_day=_last_day(household))
    refresh_file(household, at=at)
    audit.record(
        "household.category_ended", by=by, at=at, target=household, category=row.category.code, to_day=str(to_day)
    )
