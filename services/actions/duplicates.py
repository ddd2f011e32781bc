"""Writes on records that look like one: somebody who checks records says why they are two."""

from django.db import IntegrityError, transaction

from services.models import ClearedDuplicate
from services.queries import duplicates as queries
from tenancy import audit
from tenancy.problems import Conflict, Refused


@transaction.atomic
def clear_duplicate(first, second, *, sign, reason, by, at):
    """Keep that two records (first.pk < second.pk) are two, with the reason, so that the pair isn't shown again.

    Raises Refused without a reason or for one's own records, Conflict when somebody has just said so.
    """
    if not queries.may_clear(by, [first, second]):
        raise Refused("由本机构质控判断，不能判断自己登记的记录")
    if not reason.strip():
        raise Refused("没有保存", ["写明为什么不是重复"])
    try:
        with transaction.atomic():
            row = ClearedDuplicate.objects.create(
                sign=sign, first=first, second=second, reason=reason.strip()[:400], by=by, at=at
            )
    except IntegrityError as taken:
        raise Conflict("这一对刚有人判断过。刷新后再看一次") from taken
    audit.record("duplicate.clear", by=by, at=at, target=first, other=str(second.pk), sign=sign, reason=row.reason)
    return row
