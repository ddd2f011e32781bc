"""Kinds of activity are data: kept here, checked before they are kept, and never so that records lose what they hold."""

import hashlib
import json

from django.db import transaction

from services.models import ActivityKind
from services.queries import kinds as queries
from services.rules import kinds as rules
from tenancy import audit
from tenancy.problems import Conflict, Refused

DEFINITION = ("subject", "registers", "fields", "evidence", "shows", "modes")
VALUES = ("label", "proves", "is_active", *DEFINITION)


@transaction.atomic
def save_kind(
    *,
    code,
    label,
    by,
    at,
    subject="none",
    registers=(),
    fields=(),
    evidence=(),
    shows=(),
    modes=(),
    proves="",
    sort=0,
    is_active=True,
):
    """Add a kind of activity, or change the one with this code; returns it. Records that were submitted keep what they hold.

    `fields` are {name, label, type, choices, required, computed, retired, retired_choices}, `evidence` are {kind, label,
    min}, `shows` names common fields, `modes` are [code, label], [code, label, direct] or [code, label, direct, retired],
    `registers` are those whose entries a record names, `proves` is the paper of its case or group that a verified record
    is. Raises Refused with every fault at once, also for what records or indicators already use.
    """
    values = {
        "label": label,
        "subject": subject,
        "registers": list(registers),
        "fields": list(fields),
        "evidence": list(evidence),
        "shows": list(shows),
        "modes": [list(mode) for mode in modes],
        "proves": proves,
        "sort": sort,
        "is_active": is_active,
    }
    kind = ActivityKind.objects.select_for_update().filter(code=code).first()
    return _keep(kind or ActivityKind(code=code), values, is_new=kind is None, by=by, at=at)


@transaction.atomic
def take_kind(*, code, by, at, **said):
    """Take a kind from a contract file: added behind the others, or what the tenant has is extended (rules.kinds.extended).

    What was retired, ordered or added on screen stays so, and a file that says nothing new writes nothing. Returns the kind.
    """
    kind = ActivityKind.objects.select_for_update().filter(code=code).first()
    blank = {
        "proves": "",
        "is_active": True,
        "subject": "none",
        **{name: [] for name in DEFINITION if name != "subject"},
    }
    if kind is None:
        return add_kind(code=code, by=by, at=at, **{**blank, **said})
    old = {name: getattr(kind, name) for name in VALUES}
    values = rules.extended(old, {**blank, **said, "is_active": kind.is_active})
    return kind if values == old else _keep(kind, values, is_new=False, by=by, at=at)


@transaction.atomic
def add_kind(*, code, by, at, **values):
    """Add a kind under a code that is free, behind the others; `values` ⊆ VALUES as save_kind takes them; returns it."""
    if ActivityKind.objects.filter(code=code).exists():
        raise Refused("没有保存", [rules.Fault("code", f"代号 {code} 已使用")])
    last = ActivityKind.objects.order_by("-sort").values_list("sort", flat=True).first()
    sort = 0 if last is None else last + 1
    return _keep(ActivityKind(code=code, sort=sort), values, is_new=True, by=by, at=at)


@transaction.atomic
def change_kind(kind, *, seen, by, at, **values):
    """Change a kind; `seen` is its digest() as it was when somebody began to edit: Conflict when it has changed since."""
    kind = ActivityKind.objects.select_for_update().get(pk=kind.pk)
    if seen != digest(kind):
        raise Conflict("这个活动类型刚被别人改过。打开新的一页，对照后再保存")
    return _keep(kind, values, is_new=False, by=by, at=at)


@transaction.atomic
def move_kind(kind, *, up, by, at):
    """Put a kind one place up or down in the lists that people choose from; returns whether it moved."""
    rows = list(ActivityKind.objects.select_for_update().order_by("sort", "pk"))
    at_place = next(index for index, row in enumerate(rows) if row.pk == kind.pk)
    other = at_place + (-1 if up else 1)
    if not 0 <= other < len(rows):
        return False
    rows[at_place], rows[other] = rows[other], rows[at_place]
    for sort, row in enumerate(rows):
        row.sort = sort
    ActivityKind.objects.bulk_update(rows, ["sort"])
    audit.record("kind.move", by=by, at=at, target=kind, code=kind.code, up=up)
    return True


def digest(kind):
    """What a kind says, as a short digest: two edits that began from different words have different ones."""
    text = json.dumps({name: getattr(kind, name) for name in VALUES}, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _keep(kind, values, *, is_new, by, at):
    """Check the whole, then what records and indicators use of it, then write."""
    old = None if is_new else {name: getattr(kind, name) for name in VALUES}
    faults = rules.name_faults(code=kind.code, label=values["label"])
    faults += rules.kind_faults(**{name: values[name] for name in DEFINITION})
    if old is not None and not faults:
        faults = rules.change_faults(old, values, queries.use_of(kind))
    if faults:
        raise Refused(f"活动类型 {kind.code} 没有保存", faults)
    counted = queries.definitions_over(kind.code) if old is not None else {}
    before = queries.indicator_faults(counted)
    for name, value in values.items():
        setattr(kind, name, value)
    kind.save()
    broken = [fault for fault in queries.indicator_faults(counted) if fault not in before]
    if broken:
        raise Refused(f"活动类型 {kind.code} 没有保存", [rules.Fault("", text) for text in broken])
    told = {name: [old[name], values[name]] for name in ("label", "is_active") if old and old[name] != values[name]}
    audit.record("kind.add" if is_new else "kind.change", by=by, at=at, target=kind, code=kind.code, **told)
    return kind
