"""Records that may be one: the same worker in two places, the same photo, the same subject twice at the same time.

A sign, never a refusal: a worker's phone may be wrong about the hour, and one photo may rightly prove two visits.
"""

from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection
from django.http import Http404

from services.indicators.compile import Frame
from services.indicators.rows import Listing
from services.indicators.setting import Binder
from services.models import ClearedDuplicate, ServiceRecord
from services.queries import records
from tenancy import scope
from tenancy.permissions import Permission, allows

MOST = 200
# What is done from afar is done in no place.
AFAR = ["phone", "online", "video", "message"]
HANDED_IN = ["submitted", "verified"]
# Records with the days that they touch: a visit past midnight lies on two. Without an end it is a moment.
TOUCHED = """
WITH touched AS MATERIALIZED (
    SELECT r.id, r.contract_id, r.kind, r.created_by_id, r.area_id, r.mode, r.started_at AS s,
           COALESCE(r.case_id, r.group_id, r.person_id, r.household_id) AS subject, x.e, d::date AS d
      FROM services_servicerecord r
      CROSS JOIN LATERAL (SELECT GREATEST(COALESCE(r.ended_at, r.started_at), r.started_at + interval '1 minute') AS e) x
      CROSS JOIN LATERAL generate_series((r.started_at AT TIME ZONE 'Asia/Shanghai')::date,
            ((x.e - interval '1 second') AT TIME ZONE 'Asia/Shanghai')::date, interval '1 day') d
     WHERE r.tenant_id = %(tenant)s AND r.contract_id = ANY(%(contracts)s) AND r.state = ANY(%(handed_in)s)),
pairs AS (
    SELECT DISTINCT 'worker' AS sign, a.id AS first, b.id AS second, a.s
      FROM touched a JOIN touched b ON b.contract_id = a.contract_id AND b.created_by_id = a.created_by_id AND b.d = a.d
     WHERE a.id < b.id AND a.s < b.e AND b.s < a.e AND a.area_id <> b.area_id
       AND a.mode <> ALL(%(afar)s) AND b.mode <> ALL(%(afar)s)
    UNION ALL
    SELECT DISTINCT 'subject', a.id, b.id, a.s
      FROM touched a JOIN touched b ON b.contract_id = a.contract_id AND b.kind = a.kind AND b.subject = a.subject AND b.d = a.d
     WHERE a.id < b.id AND a.s < b.e AND b.s < a.e
    UNION ALL
    SELECT DISTINCT 'photo', a.record_id, b.record_id, t.s
      FROM services_recordevidence a JOIN documents_storedfile f ON f.id = a.file_id
      JOIN documents_storedfile g ON g.tenant_id = f.tenant_id AND g.sha256 = f.sha256
      JOIN services_recordevidence b ON b.file_id = g.id AND a.record_id < b.record_id
      JOIN touched t ON t.id = a.record_id JOIN touched u ON u.id = b.record_id AND u.contract_id = t.contract_id
     WHERE a.tenant_id = %(tenant)s AND f.thumbnail_path <> '')
SELECT sign, first, second FROM pairs p
 WHERE (%(only)s::uuid[] IS NULL OR first = ANY(%(only)s::uuid[]) OR second = ANY(%(only)s::uuid[]))
   AND NOT EXISTS (SELECT FROM services_clearedduplicate c
                    WHERE c.tenant_id = %(tenant)s AND c.first_id = p.first AND c.second_id = p.second AND c.sign = p.sign)
 ORDER BY s DESC, first, second, sign LIMIT %(most)s
"""


@dataclass(frozen=True)
class Pair:
    """Two records that look like one, and by what sign."""

    sign: str
    first: UUID
    second: UUID

    @property
    def told(self):
        """The sign in words."""
        return ClearedDuplicate.Sign(self.sign).label

    @property
    def ids(self):
        return (self.first, self.second)


@dataclass(frozen=True)
class Shown:
    """A pair with its two records in words; `may_clear` says whether the reader may decide that they are two."""

    pair: Pair
    lines: list = field(default_factory=list)
    may_clear: bool = False


def pairs(contracts, *, only=None, most=MOST):
    """[Pair] under the contracts (ids), the latest first, without those that were cleared; one statement.

    `only` keeps the pairs in which one of these records is.
    """
    values = {
        "tenant": scope.current().tenant_id,
        "contracts": list(contracts),
        "handed_in": HANDED_IN,
        "afar": AFAR,
        "only": None if only is None else list(only),
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED, values)
        return [Pair(*row) for row in cursor.fetchall()]


def signs_of(rows):
    """{record id: [sign in words]} of records that look like others of their contract; one statement, none without rows."""
    if not rows:
        return {}
    signs = {}
    for pair in pairs({row.contract_id for row in rows}, only=[row.pk for row in rows]):
        for pk in pair.ids:
            signs.setdefault(pk, {})[pair.told] = None
    return {pk: list(told) for pk, told in signs.items()}


def shown(member, found, *, on):
    """The pairs of which the member may see both records, in words; constant statements."""
    rows = records.with_names(records.visible_records(member, on)).filter(
        pk__in={pk for pair in found for pk in pair.ids}
    )
    seen, kinds = {row.pk: row for row in rows}, records.kinds()
    return [
        Shown(
            pair,
            [records.line_of(seen[pk], member, kinds) for pk in pair.ids],
            may_clear=may_clear(member, [seen[pk] for pk in pair.ids]),
        )
        for pair in found
        if all(pk in seen for pk in pair.ids)
    ]


def may_clear(member, rows):
    """Whether the member may say that two records are two: quality control of the agency, of nobody's own records."""
    return allows(member, Permission.RECORD_VERIFY) and all(
        row.contract.provider_id == member.organisation_id and row.created_by_id != member.pk for row in rows
    )


def get_pair(member, contract, *, sign, first, second, on):
    """The two records of a pair that stands under the contract and that the member may see, or 404."""
    known = [pair for pair in pairs([contract.pk], only=[first]) if pair == Pair(sign, first, second)]
    if not known or not shown(member, known, on=on):
        raise Http404
    rows = {row.pk: row for row in ServiceRecord.objects.filter(pk__in=(first, second)).select_related("contract")}
    return rows[first], rows[second]


def cleared(member, contract, *, on):
    """The pairs of the contract that were found to be two, the latest first, with who said so and why."""
    rows = ClearedDuplicate.objects.filter(
        first__contract=contract, first__in=records.visible_records(member, on).order_by().values("pk")
    )
    return rows.select_related("first", "second", "by__account")[:MOST]


def counting_pairs(contract, indicator, *, on, labels):
    """[Pair] of which both records count for the indicator: what may be counted twice; two statements beside the definitions."""
    listing = Listing(contract, indicator, on=on, labels=labels)
    if listing.promise.missing or listing.promise.source != "record":
        return []
    found = pairs([contract.pk])
    held = _counting(listing, {pk for pair in found for pk in pair.ids}) if found else set()
    return [pair for pair in found if set(pair.ids) <= held]


def _counting(listing, ids):
    """Which of the records count."""
    bind, item = Binder(), listing.requests.counted(listing.promise)
    frame = Frame(listing.promise.source, [item], listing.setting, bind)
    mask = frame.mask(item)
    statement = (
        f"SELECT id FROM ({frame.rows(('t.id AS id',))}) b WHERE {mask} AND id = ANY({bind(list(ids), 'uuid[]')})"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, bind.values)
        return {pk for (pk,) in cursor.fetchall()}
