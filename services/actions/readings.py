"""Writes of readings: each side of a contract confirms, or objects to, one version of one indicator."""

from django.db import transaction

from services.models import Confirmation, Indicator, IndicatorVersion
from services.queries import readings as queries
from tenancy import audit
from tenancy.problems import Conflict, Refused


@transaction.atomic
def confirm_reading(indicator, *, version, by, at):
    """Say for one's side that this version of the reading is what was agreed. Conflict when the reading has moved on."""
    said, kept = _say(indicator, version, Confirmation.Verdict.CONFIRMED, "", by=by, at=at)
    audit.record("reading.confirmed", by=by, at=at, target=kept.indicator, **_told(said, kept))
    return said


@transaction.atomic
def object_to_reading(indicator, *, version, note, by, at):
    """Say for one's side why this version is not what was agreed; it replaces an earlier confirmation of the same version."""
    if not note.strip():
        raise Refused("没有提出异议", ["写明哪里与条款不一致"])
    said, kept = _say(indicator, version, Confirmation.Verdict.OBJECTED, note.strip(), by=by, at=at)
    audit.record("reading.objected", by=by, at=at, target=kept.indicator, note=said.note, **_told(said, kept))
    return said


def _told(said, kept):
    return {"side": said.side, "version": kept.number, "sentence": kept.sentence}


def _say(indicator, number, verdict, note, *, by, at):
    """(what the side says now, the kept version of which it says it)"""
    indicator = Indicator.objects.select_for_update(of=("self",)).select_related("contract").get(pk=indicator.pk)
    if indicator.version != number:
        raise Conflict("口径刚被修改，看过新的读法再确认")
    side = queries.side(by, indicator.contract)
    if not side:
        raise Refused("只有甲方经办人和乙方项目主管确认口径")
    kept = _version(indicator, at=at)
    said, _ = Confirmation.objects.update_or_create(
        version=kept, side=side, defaults={"verdict": verdict, "note": note, "by": by, "at": at}
    )
    return said, kept


def _version(indicator, *, at):
    """The kept version of the present reading; rows from before versions were kept get theirs now."""
    kept = {name: getattr(indicator, name) for name in ("title", "definition", "sentence", "unit", "force")}
    return IndicatorVersion.objects.get_or_create(
        indicator=indicator,
        number=indicator.version,
        defaults=kept | {"told": indicator.sentence, "made_by": None, "made_at": at},
    )[0]
