"""A station's part of the populated bureau: somebody who stays, what is filed, given and taken, somebody who is called."""

from datetime import date, timedelta

from caseload.models import RegisterEntry, Stay, StayMove, StayPaper, Tracing
from services.models import CareLine, CareShift, KeyPerson, Medication, RecordForm, SeizedItem
from tests.cast import at

DAY = date(2024, 6, 3)


def station(cast):
    """Somebody who stays at the station, with a shift of care, a medicine, a thing that was taken, and somebody who is called."""
    label = f"{cast.contract.code}-Z-0001"
    entries = {}
    for kind, name in (("care_room", "101 室"), ("resident", label), ("key_person", f"{cast.contract.code}-K-0001")):
        entries[kind] = RegisterEntry(contract=cast.contract, kind=kind, label=name, from_day=DAY, created_at=at())
        entries[kind].subject = entries[kind].pk
        entries[kind].save()
    resident, made = entries["resident"], {"created_by": cast.social_worker, "created_at": at()}
    stay = {
        "state": "admitted",
        "sex": "male",
        "arrival": "police",
        "asked_at": at(),
        "admitted_at": at(),
        "name": "许星河",
        **made,
    }
    cast.stay = Stay.objects.create(
        contract=cast.contract,
        number=label,
        entry=resident,
        room=entries["care_room"],
        bed="1",
        phone="13800001234",
        **stay,
    )
    _filed(cast)
    shift = CareShift.objects.create(
        contract=cast.contract, day=DAY, slot="morning", started_at=at(), ended_at=at() + timedelta(minutes=30), **made
    )
    CareLine.objects.create(
        shift=shift, entry=resident, day=DAY, slot="morning", presence="notable", marks={"meal": False}, note="没有胃口"
    )
    Medication.objects.create(
        entry=resident, medicine="钙片", dose="1 片", times=["08:00"], prescribed_by="区医院", from_day=DAY, **made
    )
    SeizedItem.objects.create(
        entry=resident, record=cast.record, item="水果刀", place="值班室", taken_at=at(), keeper=cast.social_worker, created_at=at(),
        state="returned", settled_at=at(), settled_by=cast.social_worker, signature=cast.photo,
    )  # fmt: skip
    KeyPerson.objects.create(
        entry=entries["key_person"],
        reason="dementia",
        name="江一帆",
        guardian="江一帆",
        phone="13800001234",
        address="柳巷深处九号",
        **made,
    )


def _filed(cast):
    """The file of the stay, its history, the search for the family, a form that proves a record."""
    paper = StayPaper.objects.create(
        stay=cast.stay, kind="tracing_record", file=cast.photo, data='{"content": "旧名江一帆"}', filled_on=DAY, filled_by=cast.social_worker, created_at=at()
    )  # fmt: skip
    Tracing.objects.create(
        stay=cast.stay, paper=paper, channel="face", started_at=at(), result="waiting", by=cast.social_worker, created_at=at()
    )  # fmt: skip
    StayMove.objects.create(stay=cast.stay, verb="admit", to_state="admitted", by=cast.social_worker, at=at())
    RecordForm.objects.create(record=cast.record, paper=paper, kind="tracing_record", added_at=at())
