"""What the month's records say beside the indicators: activities, sessions month by month, what does not count, photos."""

from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from caseload.queries import consents
from services.indicators.rows import listed
from services.indicators.status import cut
from services.models import ActivityKind, RecordEvidence, ServiceRecord
from services.rules.kinds import formula_of
from services.rules.records import VERIFIED

# Sources whose rows are told one by one; cases in progress would fill pages and are told as a number.
TOLD = ("record", "group", "document")
ROWS_TOLD = 30
MONTHS_DRAWN = 12
PHOTOS_SHOWN = 6
SUBJECTS = {"household": "户", "person": "人", "case": "个案", "group": "小组"}


def _verified(contract):
    return ServiceRecord.objects.filter(contract=contract, state=VERIFIED).order_by()


def activities(contract, period, labels):
    """The month's verified records by kind: number, whom they reached, participants, direct ones. One statement."""
    rows = _verified(contract).filter(day__range=(period.first, period.last)).values("kind")
    rows = rows.annotate(
        number=Count("pk"),
        participants=Sum("participants"),
        told_direct=Count("pk", filter=Q(direct__isnull=False)),
        direct=Count("pk", filter=Q(direct=True)),
        **{subject: Count(subject, distinct=True) for subject in SUBJECTS},
    )
    found, made = {row["kind"]: row for row in rows}, []
    for kind in ActivityKind.objects.filter(code__in=list(found)):
        row = found[kind.code]
        reached = row[kind.subject] if kind.subject in SUBJECTS else 0
        made.append({
            "kind": kind.code, "label": kind.label, "number": row["number"], "reached": reached,
            "reached_unit": SUBJECTS.get(kind.subject, ""), "participants": row["participants"],
            "direct": row["direct"] if row["told_direct"] else None,
        })  # fmt: skip
    return made


def own_fields(contract, period):
    """What the month's verified records hold in their kinds' own fields, field by field: [{"activity", "field", "choice", "number", "sum", "mean"}].

    How often each choice and each yes; of numbers the sum and the mean (cut to 2 places); ratios have no sum. Two statements.
    """
    held = {}
    for code, facts in _verified(contract).filter(day__range=(period.first, period.last)).values_list("kind", "facts"):
        for name, value in facts.items():
            held.setdefault((code, name), []).append(value)
    made = []
    for kind in ActivityKind.objects.filter(code__in={code for code, _name in held}):
        for described in kind.fields:
            rows = _told_field(described, held.get((kind.code, described["name"]), []))
            made += [{"activity": kind.label, "field": described["label"], **row} for row in rows]
    return made


def _told_field(described, values):
    if described["type"] == "number" and values:
        exact = [Decimal(str(value)) for value in values]
        is_ratio = formula_of(described)[0] in ("per", "fall")
        mean = cut(Fraction(sum(exact)) / len(exact), 2)
        return [{"choice": "", "number": len(exact), "sum": None if is_ratio else sum(exact), "mean": mean}]
    words = {"choice": dict(map(tuple, described.get("choices") or ())), "boolean": {True: "是"}}.get(
        described["type"], {}
    )
    counted = [(word, values.count(code)) for code, word in words.items()]
    return [{"choice": word, "number": number, "sum": None, "mean": None} for word, number in counted if number]


def sessions(contract, period, labels):
    """Direct and indirect services of each month up to this one: {"label", "rows": [{"month", "direct", "indirect"}]}."""
    rows = _verified(contract).filter(direct__isnull=False, day__range=(contract.starts_on, period.last))
    rows = rows.annotate(of=TruncMonth("day")).values("of", "kind")
    rows = rows.annotate(met=Count("pk", filter=Q(direct=True)), other=Count("pk", filter=Q(direct=False)))
    kinds, months = set(), {}
    for row in rows:
        kinds.add(row["kind"])
        met, other = months.get(row["of"], (0, 0))
        months[row["of"]] = (met + row["met"], other + row["other"])
    label = labels.kind("record", next(iter(kinds))) if len(kinds) == 1 else "服务"
    shown = sorted(months)[-MONTHS_DRAWN:]
    return {
        "label": label,
        "rows": [{"month": month, "direct": months[month][0], "indirect": months[month][1]} for month in shown],
    }


def not_counting(contract, table, period, labels):
    """The month's rows that don't count, by indicator, each row under the first indicator that speaks of it.

    What only waits for verification is left out: the report counts it as 待审核.
    """
    seen, made = set(), []
    for row in table.rows:
        if not row.not_counting or row.missing or row.promise.source not in TOLD:
            continue
        found = listed(contract, row.indicator, on=period.last, labels=labels, counts=False, limit=200)
        fresh = [
            one for one in found if one.day >= period.first and not one.is_pending and (one.source, one.id) not in seen
        ]
        seen |= {(one.source, one.id) for one in fresh}
        if fresh:
            made.append({
                "indicator": row.indicator.pk, "title": row.indicator.title, "more": max(0, len(fresh) - ROWS_TOLD),
                "rows": [{"day": one.day, "title": one.title, "place": one.place or (str(one.area) if one.area else ""), "reasons": one.reasons} for one in fresh[:ROWS_TOLD]],
            })  # fmt: skip
    return made


def photos(contract, period, labels):
    """Photos of the month's verified records whose people agreed: one a record, gatherings first, each picture once.

    A consent that the family took back stands above the tick beside the photo, and a child's photo asks for the guardian's.
    """
    rows = RecordEvidence.objects.filter(
        record__contract=contract, record__state=VERIFIED, record__day__range=(period.first, period.last), kind="photo", consent=True
    ).filter(consents.photo_may_be_shown("record", on=period.last)).select_related("file", "record__area", "record__street")  # fmt: skip
    rows = sorted(rows, key=lambda row: (row.record.participants is None, row.record.started_at, row.added_at))
    made, records, digests = [], set(), set()
    for row in rows:
        if row.record_id in records or row.file.sha256 in digests or len(made) == PHOTOS_SHOWN:
            continue
        records.add(row.record_id)
        digests.add(row.file.sha256)
        made.append({"file": row.file_id, "sha256": row.file.sha256, "caption": caption(row.record, labels)})
    return made


def caption(record, labels):
    """社区合唱节，城子街道广场社区，10-26 09:50，48 人: no name of anybody who was served."""
    gathering = record.participants is not None
    name = record.title if gathering and record.title else labels.kind("record", record.kind)
    place = "".join(dict.fromkeys(str(area) for area in (record.street, record.area if gathering else None) if area))
    return "，".join(
        filter(None, [name, place, _moment(record), f"{record.participants} 人" if gathering else "已征得同意"])
    )


def _moment(record):
    return f"{timezone.localtime(record.started_at):%m-%d %H:%M}"
