"""Medicines of residents: prescribed by a hospital, given in the shifts in which their times fall, stopped with a reason."""

from django.db import transaction

from services.actions import records
from services.models import Medication
from services.rules import care_people as rules
from tenancy import audit
from tenancy.problems import Conflict, Refused


@transaction.atomic
def start_medication(entry, *, medicine, dose, times, prescribed_by, from_day, by, at):
    """Enter a medicine that a resident takes; `times` are "08:00"s. Returns the Medication, or raises Refused with all that is missing."""
    records._refuse_non_writer(entry.contract, by)
    problems = rules.medicine_problems(
        medicine=medicine, dose=dose, times=times, prescribed_by=prescribed_by, from_day=from_day, entered_on=entry.from_day, left_on=entry.to_day
    )  # fmt: skip
    if problems:
        raise Refused("没有登记", problems)
    made = Medication.objects.create(
        entry=entry, medicine=medicine.strip(), dose=dose.strip(), times=times, prescribed_by=prescribed_by.strip()[:80],
        from_day=from_day, created_by=by, created_at=at,
    )  # fmt: skip
    audit.record("medication.start", by=by, at=at, target=made, times=times, from_day=str(from_day))
    return made


@transaction.atomic
def stop_medication(medication, *, to_day, reason, by, at):
    """End a medicine after its last day, with the reason; shifts ask for it no more. Returns the Medication."""
    records._refuse_non_writer(medication.entry.contract, by)
    problems = [] if reason.strip() else ["写明停药原因"]
    problems += ["停药日不得早于起始日"] if to_day < medication.from_day else []
    if problems:
        raise Refused("没有停药", problems)
    values = {"to_day": to_day, "stop_reason": reason.strip()[:200]}
    if not Medication.objects.filter(pk=medication.pk, to_day=None).update(**values):
        raise Conflict("这种药刚被别人停用。刷新后再看一次")
    audit.record("medication.stop", by=by, at=at, target=medication, to_day=str(to_day))
    medication.refresh_from_db()
    return medication
