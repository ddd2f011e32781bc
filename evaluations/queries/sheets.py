"""Reads of score sheets, and who may open which: a sheet is its scorer's own, for the time of the assignment.

What others scored is shown only as rules.sheets.may_see allows it (queries/sheet_pages.py).
"""

from decimal import Decimal

from django.db.models import Q
from django.http import Http404

from contracts.queries import agreed_evaluations, visible_contracts
from documents import canonical
from evaluations.models import Agreement, AgreementVoice, ItemScore, ScorePhoto, Scorer
from evaluations.queries import samples
from evaluations.rules import rounds, schemes, scoring
from evaluations.rules import sheets as rules
from tenancy.permissions import ROLES, Permission, allows


def own_sheets(member, *, on):
    """The member's sheets that are open to it on the day: assigned to it, not given up, in a round that goes on or has ended well."""
    rows = Scorer.objects.filter(membership=member, from_day__lte=on, to_day__gte=on, state__in=rules.ACTIVE)
    rows = rows.exclude(round__state=rounds.CANCELLED)
    if not allows(member, Permission.EVALUATION_SCORE):
        rows = rows.filter(party=rules.SELF)
    if not allows(member, Permission.EVALUATION_STATE):
        rows = rows.exclude(party=rules.SELF)
    if ROLES[member.role].side != "evaluator":
        rows = rows.filter(round__contract__in=visible_contracts(member, on=on).values("pk"))
    return rows


def get_sheet(member, pk, *, on):
    """The member's own sheet with its round, or 404."""
    sheet = own_sheets(member, on=on).select_related(*BESIDE).filter(pk=pk).first()
    if sheet is None:
        raise Http404
    return sheet


BESIDE = (
    "round__contract__provider",
    "round__contract__purchaser",
    "round__version__scheme",
    "round__facts",
    "round__prepared_by__account",
)


def listed(member, *, on):
    """[(sheet, how many items have points, how many there are)] of the member, what waits first."""
    rows = list(own_sheets(member, on=on).select_related(*BESIDE).order_by("to_day", "id"))
    order, kept = [rules.ASSIGNED, rules.DECLARED, rules.SIGNED], item_rows(rows)
    rows.sort(key=lambda sheet: order.index(sheet.state))
    found = []
    for sheet in rows:
        scheme = scheme_of(sheet.round)
        scored = points(scheme, sheet.party, kept[sheet.pk], facts_of(sheet.round))
        found.append((sheet, len(scored), len(scheme.items_of(sheet.party))))
    return found


def waiting(member, *, on):
    """The member's sheets that wait for it now: to be declared, or open and not signed."""
    now = Q(party=rules.SELF, round__state=rounds.SELF_EVALUATION) | (
        ~Q(party=rules.SELF) & Q(round__state=rounds.SCORING)
    )
    rows = own_sheets(member, on=on).select_related("round__contract__provider").order_by("to_day", "id")
    return rows.filter(Q(state=rules.ASSIGNED) | Q(state=rules.DECLARED) & now).exclude(
        round__state__in=[rounds.STATEMENT, rounds.STATED, rounds.CONCLUDED]
    )


def scheme_of(round):
    """The round's scheme as values."""
    return schemes.parse(round.version.definition)


def facts_of(round):
    """What was frozen for the round; nothing before it began."""
    return round.facts.data if round.facts else {"items": {}}


def peers(round, party):
    """Everybody who scores for a party of the round, in a fixed order."""
    return list(
        Scorer.objects.filter(round=round, party=party, state__in=rules.ACTIVE)
        .select_related("membership__account")
        .order_by("assigned_at", "id")
    )


def item_rows(scorers):
    """{scorer id: {item: its row}} in one statement."""
    rows = {scorer.pk: {} for scorer in scorers}
    for row in ItemScore.objects.filter(scorer__in=[scorer.pk for scorer in scorers]):
        rows[row.scorer_id][row.item] = row
    return rows


def points(scheme, party, rows, facts):
    """{item: points} of one sheet: as entered, and what the facts give where nothing has been entered."""
    found = {}
    for item in scheme.items_of(party):
        row = rows.get(item.code)
        own = row.points if row is not None else scoring.points(item, {}, scoring.fact_of(item, facts))
        if own is not None:
            found[item.code] = own
    return found


def scored_by_party(sheet):
    """{scorer id: {item: points}} of everybody who scores for the sheet's party."""
    scheme, party = scheme_of(sheet.round), peers(sheet.round, sheet.party)
    kept, facts = item_rows(party), facts_of(sheet.round)
    return {row.pk: points(scheme, sheet.party, kept[row.pk], facts) for row in party}


def closed(sheet, *, on):
    """Why nothing can be entered on the sheet on the day, in Chinese; "" while it is open."""
    return rules.closed_because(
        state=sheet.state,
        round_state=sheet.round.state,
        party=sheet.party,
        is_in_time=sheet.from_day <= on <= sheet.to_day,
    )


def needs(sheet, *, on):
    """What the sheet still needs before it can be signed on the day, as rules.sheets.Need."""
    scheme, scored = scheme_of(sheet.round), scored_by_party(sheet)
    return needed(sheet, scheme=scheme, scored=scored, settled=settled(sheet), on=on)


def needed(sheet, *, scheme, scored, settled, on):
    """The same from what a page has read already: `scored` {scorer id: {item: points}}, `settled` the items agreed on."""
    mine = scored.get(sheet.pk, {})
    apart = [one.item.code for one in scoring.disagreements(scheme, sheet.party, scored)]
    # Whoever may open the sample has to look at it; a community or a subdistrict has none to open.
    opens = allows(sheet.membership, Permission.SAMPLE_VIEW)
    return rules.needs(
        unscored=[item.code for item in scheme.items_of(sheet.party) if item.code not in mine],
        # Of what the others think of an item one hears after one's own score, not before.
        apart=[code for code in apart if code in mine and code not in settled],
        unopened=len(samples.unopened(sheet)) if opens else 0,
        is_declared=sheet.state in (rules.DECLARED, rules.SIGNED),
        closed=closed(sheet, on=on) if sheet.state != rules.ASSIGNED else "",
    )


def settled(sheet):
    """{item: agreement} of the agreements of the sheet's party that stand."""
    active = [row.pk for row in peers(sheet.round, sheet.party)]
    return {row.item: row for row, voices in agreements(sheet.round, sheet.party) if rules.stands(voices, active)}


def total_of(sheet):
    """The points of the sheet as its rows keep them; None in a scheme without points."""
    if not scheme_of(sheet.round).has_points:
        return None
    return sum((row.points for row in ItemScore.objects.filter(scorer=sheet, points__isnull=False)), Decimal(0))


def agreements(round, party=None):
    """[(agreement, {scorer id that said yes})] of the round that have not been withdrawn."""
    rows = Agreement.objects.filter(round=round, is_withdrawn=False)
    rows = list(rows.filter(party=party) if party else rows)
    voices = {row.pk: {row.proposed_by_id} for row in rows}
    for agreement, scorer in AgreementVoice.objects.filter(agreement__in=rows).values_list("agreement", "scorer"):
        voices[agreement].add(scorer)
    return [(row, voices[row.pk]) for row in rows]


def get_agreement(sheet, pk):
    """An agreement of the sheet's own party, or 404."""
    row = Agreement.objects.filter(pk=pk, round=sheet.round, party=sheet.party, is_withdrawn=False).first()
    if row is None:
        raise Http404
    return row


def photos(scorers):
    """{scorer id: {item: [photo]}} in one statement."""
    found = {scorer.pk: {} for scorer in scorers}
    for photo in ScorePhoto.objects.filter(scorer__in=[scorer.pk for scorer in scorers]).select_related("file"):
        found[photo.scorer_id].setdefault(photo.item, []).append(photo)
    return found


def get_photo(member, pk, *, on):
    """A photo on a sheet, for its scorer, for those who scored the same item themselves, and for the organiser; else 404."""
    photo = ScorePhoto.objects.select_related("file", "scorer__round").filter(pk=pk).first()
    if photo is None:
        raise Http404
    own = own_sheets(member, on=on).filter(round=photo.scorer.round).first()
    organises = allows(member, Permission.ACCEPTANCE_ORGANISE)
    if organises and visible_contracts(member, on=on).filter(pk=photo.scorer.round.contract_id).exists():
        return photo
    if own is None or (own.pk != photo.scorer_id and not _shares(own, photo)):
        raise Http404
    return photo


def _shares(own, photo):
    """Whether a scorer may look at another's photo: of the own party or the agency's own, once both have scored the item."""
    if own.party == rules.SELF or photo.scorer.party not in (own.party, rules.SELF):
        return False
    scored = ItemScore.objects.filter(item=photo.item, points__isnull=False, scorer__in=[own.pk, photo.scorer_id])
    return scored.count() == 2


def get_own_photo(member, pk, *, on):
    """A photo on one's own sheet, or 404."""
    photo = (
        ScorePhoto.objects.select_related(*(f"scorer__{name}" for name in BESIDE))
        .filter(pk=pk, scorer__in=own_sheets(member, on=on))
        .first()
    )
    if photo is None:
        raise Http404
    return photo


def said_of(round):
    """The evaluation as the contract agrees it, with what decided readings make of it; {} when it no longer does."""
    return next((row for row in agreed_evaluations(round.contract) if row["code"] == round.evaluation), {})


def content(scorer):
    """Everything that a signature covers, in a form that has a digest: the sheet, the scheme and the facts it rests on."""
    pictures = photos([scorer])[scorer.pk]
    return {
        "round": scorer.round_id,
        "party": scorer.party,
        "scorer": scorer.membership_id,
        "scheme": scorer.round.version.digest,
        "facts": scorer.round.facts.digest if scorer.round.facts else "",
        "total": canonical_number(scorer.total),
        "opinion": scorer.opinion,
        "items": [
            {
                "item": row.item,
                "entry": row.entry,
                "points": canonical_number(row.points),
                "note": row.note,
                "photos": sorted(photo.file.sha256 for photo in pictures.get(row.item, [])),
            }
            for row in ItemScore.objects.filter(scorer=scorer).order_by("item")
        ],
    }


def canonical_number(number):
    """The same text before and after the database has kept the number."""
    return None if number is None else f"{number:.2f}"


def is_as_signed(scorer):
    """Whether a signed sheet still is what its digest says."""
    return canonical.digest(content(scorer)) == scorer.digest
