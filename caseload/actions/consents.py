"""Recording what served people agree to, and taking it back."""

from django.db import IntegrityError, transaction

from caseload import queries
from caseload.models import Consent
from caseload.rules import consents as rules
from tenancy import audit
from tenancy.clock import day_of
from tenancy.permissions import Permission, allows
from tenancy.problems import Conflict, Refused, broken_rule


def _refuse_stranger(household, by):
    if not queries.may_write(by, household.contract) or not allows(by, Permission.LEDGER_EDIT):
        raise Refused("只有承接本合同的机构可以登记同意")


@transaction.atomic
def record_consent(household, *, kind, giver, giver_name, given_on, by, at, person=None, file=None):
    """Keep that a person, or the family, agreed to one use; a child of under 14 agrees through the guardian. Returns the Consent."""
    _refuse_stranger(household, by)
    age = rules.age_on(person.birth_date, given_on) if person is not None else None
    faults = rules.faults(giver, giver_name, age=age, given_on=given_on, on=day_of(at))
    if faults:
        raise Refused("没有登记", faults)
    consent = Consent(
        household=household, person=person, kind=kind, giver=giver, giver_name=giver_name.strip(), given_on=given_on, file=file,
        recorded_by=by, recorded_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            consent.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(broken_rule(error, Consent, "这一项刚被别人登记过")) from error
    audit.record("consent.recorded", by=by, at=at, target=household, kind=kind, giver=giver, given_on=str(given_on))
    return consent


@transaction.atomic
def withdraw_consent(consent, *, on, by, at):
    """Keep the day from which a consent holds no more; what was done until then stays lawful."""
    _refuse_stranger(consent.household, by)
    if on > day_of(at) or on < consent.given_on:
        raise Refused("撤回日期须在同意日期之后、今天以前")
    if not Consent.objects.filter(pk=consent.pk, withdrawn_on=None).update(withdrawn_on=on, withdrawn_by=by):
        raise Conflict("这一项已撤回")
    audit.record("consent.withdrawn", by=by, at=at, target=consent.household, kind=consent.kind, on=str(on))
