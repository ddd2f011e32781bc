"""Every write on a score sheet: the declaration, entries saved as they are typed, photos, the signature that ends it.

A sheet has one writer, its scorer; the row of the Scorer is the lock that entries, agreements and the signature share.
"""

from django.db import transaction

from documents import canonical
from documents.actions import files
from evaluations.actions import rounds
from evaluations.models import Agreement, ItemScore, Round, ScorePhoto, Scorer
from evaluations.queries import sheets as queries
from evaluations.rules import scoring
from evaluations.rules import sheets as rules
from evaluations.rules.words import plain_number
from tenancy import audit, clock
from tenancy.problems import Conflict, Refused

MOST_PHOTOS = 6


class Stale(Conflict):
    """The item was saved elsewhere since this page was opened; `row` is what stands there now."""

    def __init__(self, row):
        super().__init__("这一项在别处改过，两份都还在，选一份")
        self.row = row


@transaction.atomic
def declare(scorer, *, by, at):
    """Declare that one has no interest in the agency or the contract; only then the sheet opens."""
    scorer = own_locked(scorer, by=by)
    _in_time(scorer, at)
    _move(scorer, "declare", changes={"declared_at": at})
    audit.record("score_sheet.declared", by=by, at=at, target=scorer, round=str(scorer.round), party=scorer.party)
    return scorer


@transaction.atomic
def recuse(scorer, *, interest, by, at):
    """Declare an interest and step back: the sheet closes and counts nowhere; the organiser names somebody else."""
    Round.objects.select_for_update().get(pk=scorer.round_id)
    scorer = own_locked(scorer, by=by)
    _in_time(scorer, at)
    if not interest.strip():
        raise Refused("写明有什么利害关系")
    Agreement.objects.filter(proposed_by=scorer, is_withdrawn=False).update(is_withdrawn=True)
    _move(scorer, "recuse", changes={"interest": interest.strip(), "declared_at": at})
    audit.record("score_sheet.recused", by=by, at=at, target=scorer, round=str(scorer.round), interest=scorer.interest)
    # Whoever is left may have signed already.
    rounds.all_signed(scorer.round, by=by, at=at)
    return scorer


@transaction.atomic
def save_item(scorer, item, *, entry, note, revision, by, at):
    """Save what is entered on one item (its code) and return the row; `revision` is that of the row on the scorer's screen, 0 for none.

    The same content again is no change, so that a lost answer can be sent again. Stale when the item was saved elsewhere since;
    Refused for a wrong entry, an item that has been agreed on, or a sheet that is closed. A change of points withdraws an
    agreement that does not stand yet: it was proposed for other scores.
    """
    scorer = own_locked(scorer, by=by)
    _open(scorer, at)
    scheme, facts = queries.scheme_of(scorer.round), queries.facts_of(scorer.round)
    known = next((one for one in scheme.items_of(scorer.party) if one.code == item), None)
    if known is None:
        raise Refused("这张评分表没有这一项")
    try:
        points = scoring.points(known, entry, scoring.fact_of(known, facts))
    except ValueError as wrong:
        raise Refused(str(wrong)) from wrong
    row = ItemScore.objects.filter(scorer=scorer, item=item).first()
    wanted = {"entry": entry, "points": points, "note": note.strip()}
    if row is not None and all(getattr(row, name) == value for name, value in wanted.items()):
        return row
    if (row.revision if row else 0) != revision:
        raise Stale(row) if row else Conflict()
    if row is not None and row.points is not None and row.points != points:
        _settle(scorer, item)
    if row is None:
        row = ItemScore.objects.create(scorer=scorer, item=item, changed_at=at, **wanted)
    else:
        ItemScore.objects.filter(pk=row.pk).update(revision=revision + 1, changed_at=at, **wanted)
        row.refresh_from_db()
    audit.record("score_sheet.saved", by=by, at=at, target=scorer, item=item, points=queries.canonical_number(points))
    return row


@transaction.atomic
def add_photo(scorer, item, *, upload, caption, by, at):
    """Put a photo beside an item of one's own sheet."""
    scorer = own_locked(scorer, by=by)
    _open(scorer, at)
    if item not in {one.code for one in queries.scheme_of(scorer.round).items_of(scorer.party)}:
        raise Refused("这张评分表没有这一项")
    if ScorePhoto.objects.filter(scorer=scorer, item=item).count() >= MOST_PHOTOS:
        raise Refused(f"一项最多 {MOST_PHOTOS} 张照片")
    stored = files.store(upload, allow={"image"}, by=by, at=at)
    photo = ScorePhoto.objects.create(scorer=scorer, item=item, file=stored, caption=caption.strip(), added_at=at)
    audit.record("score_sheet.photo_added", by=by, at=at, target=scorer, item=item, sha256=stored.sha256)
    return photo


@transaction.atomic
def remove_photo(photo, *, by, at):
    """Take a photo off one's own sheet, before the signature."""
    scorer = own_locked(photo.scorer, by=by)
    _open(scorer, at)
    if not ScorePhoto.objects.filter(pk=photo.pk).delete()[0]:
        raise Conflict("这张照片已不在了")
    audit.record("score_sheet.photo_removed", by=by, at=at, target=scorer, item=photo.item, sha256=photo.file.sha256)


@transaction.atomic
def sign(scorer, *, opinion, by, at):
    """Sign the sheet, once: its points, its total and a digest of all that is on it are fixed from then on (0002_seal).

    Refused with everything that is missing: items, disagreements that have not been agreed, samples, the declaration, the
    time. The signature that makes the round complete ends its scoring; that of the self-evaluation opens it.
    """
    Round.objects.select_for_update().get(pk=scorer.round_id)
    lock_party(scorer)
    scorer = own_locked(scorer, by=by)
    if scorer.state == rules.SIGNED:
        raise Conflict("已签过名，不能再签")
    missing = rules.missing(queries.needs(scorer, on=clock.day_of(at)))
    if missing:
        raise Refused("还不能签名", missing)
    _fix(scorer, at)
    scorer.opinion = opinion.strip()
    scorer.total = queries.total_of(scorer)
    _move(
        scorer,
        "sign",
        changes={
            "signed_at": at,
            "opinion": scorer.opinion,
            "total": scorer.total,
            "digest": canonical.digest(queries.content(scorer)),
        },
    )
    audit.record(
        "score_sheet.signed",
        by=by,
        at=at,
        target=scorer,
        round=str(scorer.round),
        total=queries.canonical_number(scorer.total),
        digest=scorer.digest,
    )
    rounds.all_signed(scorer.round, by=by, at=at)
    return scorer


def lock_party(scorer):
    """Lock the sheets of everybody who scores for the same party, in one order."""
    return list(
        Scorer.objects.select_for_update(of=("self",))
        .filter(round=scorer.round_id, party=scorer.party, state__in=rules.ACTIVE)
        .order_by("pk")
    )


def own_locked(scorer, *, by):
    """The sheet as it is now, locked; only its own scorer writes on it."""
    scorer = (
        Scorer.objects.select_for_update(of=("self",))
        .select_related("membership__account", *queries.BESIDE)
        .get(pk=scorer.pk)
    )
    if scorer.membership_id != by.pk:
        raise Refused("这是别人的评分表")
    return scorer


def _in_time(scorer, at):
    if not scorer.from_day <= clock.day_of(at) <= scorer.to_day:
        raise Refused("评估期已过，请找组织方")


def _open(scorer, at):
    closed = queries.closed(scorer, on=clock.day_of(at))
    if closed:
        raise Refused(closed)


def _settle(scorer, item):
    """What changing a score means for an agreement on the item: one that stands bars it, one that waits is withdrawn."""
    active = [row.pk for row in queries.peers(scorer.round, scorer.party)]
    for agreement, voices in queries.agreements(scorer.round, scorer.party):
        if agreement.item != item:
            continue
        if rules.stands(voices, active):
            raise Refused(f"这一项已合议为 {plain_number(agreement.points)} 分，不再改")
        Agreement.objects.filter(pk=agreement.pk, is_withdrawn=False).update(is_withdrawn=True)


def _fix(scorer, at):
    """Give items whose points the facts made a row of their own, so that the signed sheet is whole by itself."""
    scheme, facts = queries.scheme_of(scorer.round), queries.facts_of(scorer.round)
    rows = queries.item_rows([scorer])[scorer.pk]
    made = queries.points(scheme, scorer.party, rows, facts)
    ItemScore.objects.bulk_create(
        ItemScore(scorer=scorer, item=code, entry={}, points=points, changed_at=at)
        for code, points in made.items()
        if code not in rows
    )


def _move(scorer, verb, *, changes):
    """The one door through which a sheet changes its state: compare and set; the trail keeps the step."""
    sources, goal = rules.MOVES[verb]
    old = scorer.state
    if old not in sources or not Scorer.objects.filter(pk=scorer.pk, state=old).update(state=goal, **changes):
        raise Conflict
    for name, value in {"state": goal, **changes}.items():
        setattr(scorer, name, value)
