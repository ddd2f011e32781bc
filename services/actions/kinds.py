"""Kinds of activity are data: kept here, checked before they are kept."""

from django.db import transaction

from services.models import ActivityKind
from services.rules import records as rules
from tenancy import audit
from tenancy.problems import Refused


@transaction.atomic
def save_kind(
    *,
    code,
    label,
    by,
    at,
    subject="none",
    fields=(),
    evidence=(),
    shows=(),
    modes=(),
    proves="",
    sort=0,
    is_active=True,
):
    """Add a kind of activity, or change the one with this code; returns it. Records that were submitted keep what they hold.

    `fields` are {name, label, type, choices, required}, `evidence` are {kind, label, min}, `shows` names common fields,
    `modes` are [code, label] or [code, label, direct], `proves` is the paper of its case or group that a verified record is. Raises Refused with every fault at once.
    """
    values = {
        "label": label,
        "subject": subject,
        "fields": list(fields),
        "evidence": list(evidence),
        "shows": list(shows),
        "modes": [list(mode) for mode in modes],
        "proves": proves,
        "sort": sort,
        "is_active": is_active,
    }
    faults = rules.kind_faults(**{name: values[name] for name in ("subject", "fields", "evidence", "shows", "modes")})
    if faults:
        raise Refused(f"活动类型 {code} 没有保存", faults)
    kind, is_new = ActivityKind.objects.update_or_create(code=code, defaults=values)
    audit.record("kind.add" if is_new else "kind.change", by=by, at=at, target=kind, code=code)
    return kind
