"""Agreeing on an item (合议): one scorer of a party proposes points, it stands when all the others have said yes.

Each own score stays as it was; the agreed one takes its place in the party's total (rules.scoring).
"""

from django.db import transaction

from evaluations.actions.sheets import lock_party, own_locked
from evaluations.models import Agreement, AgreementVoice
from evaluations.queries import sheets as queries
from evaluations.rules import scoring
from evaluations.rules import sheets as rules
from tenancy import audit, clock
from tenancy.problems import Conflict, Refused


@transaction.atomic
def propose(scorer, item, *, points, reason, by, at):
    """Propose points (Decimal) for an item on which the party's scorers are too far apart; returns the Agreement."""
    scorer, scheme = _ready(scorer, item, by=by, at=at)
    scored = queries.scored_by_party(scorer)
    apart = {one.item.code: one.item for one in scoring.disagreements(scheme, scorer.party, scored)}
    if item not in apart:
        raise Refused("这一项没有须合议的分歧")
    problem = rules.agreed_problem(points, marks=apart[item].marks, is_vote=_is_vote(scheme, apart[item]))
    if problem or not reason.strip():
        raise Refused(problem or "合议须写明意见")
    if any(row.item == item for row, _voices in queries.agreements(scorer.round, scorer.party)):
        raise Conflict("这一项已有一个合议得分，先撤回它")
    agreement = Agreement.objects.create(
        round=scorer.round, party=scorer.party, item=item, points=points, reason=reason.strip(), proposed_by=scorer, proposed_at=at
    )  # fmt: skip
    AgreementVoice.objects.create(agreement=agreement, scorer=scorer, at=at)
    audit.record("agreement.proposed", by=by, at=at, target=scorer, item=item, points=queries.canonical_number(points))
    return agreement


@transaction.atomic
def agree(agreement, scorer, *, by, at):
    """Say yes to a proposal; with the last yes of the party it stands."""
    scorer, _scheme = _ready(scorer, agreement.item, by=by, at=at)
    agreement = _waiting(agreement, scorer)
    if AgreementVoice.objects.get_or_create(agreement=agreement, scorer=scorer, defaults={"at": at})[1]:
        audit.record(
            "agreement.agreed",
            by=by,
            at=at,
            target=scorer,
            item=agreement.item,
            points=queries.canonical_number(agreement.points),
        )
    return agreement


@transaction.atomic
def withdraw(agreement, scorer, *, by, at):
    """Take a proposal back, or decline another's, while it does not stand yet; then somebody may propose anew."""
    scorer, _scheme = _ready(scorer, agreement.item, by=by, at=at)
    agreement = _waiting(agreement, scorer)
    if not Agreement.objects.filter(pk=agreement.pk, is_withdrawn=False).update(is_withdrawn=True):
        raise Conflict
    audit.record("agreement.withdrawn", by=by, at=at, target=scorer, item=agreement.item)


def _ready(scorer, item, *, by, at):
    """The scorer's sheet and scheme, the party's sheets locked; whoever has not scored the item can't speak about it.

    A signature ends one's own sheet, not one's say: a colleague may score later.
    """
    lock_party(scorer)
    scorer = own_locked(scorer, by=by)
    state = rules.DECLARED if scorer.state == rules.SIGNED else scorer.state
    closed = rules.closed_because(
        state=state,
        round_state=scorer.round.state,
        party=scorer.party,
        is_in_time=scorer.from_day <= clock.day_of(at) <= scorer.to_day,
    )
    if closed:
        raise Refused(closed)
    if queries.scored_by_party(scorer)[scorer.pk].get(item) is None:
        raise Refused("先评这一项，再合议")
    return scorer, queries.scheme_of(scorer.round)


def _waiting(agreement, scorer):
    """The proposal as it is now, if it is one of the scorer's party and still waits for a yes."""
    found = [pair for pair in queries.agreements(scorer.round, scorer.party) if pair[0].pk == agreement.pk]
    if not found:
        raise Conflict("这个合议得分已撤回")
    if rules.stands(found[0][1], [row.pk for row in queries.peers(scorer.round, scorer.party)]):
        raise Conflict("已合议，不能再改")
    return found[0][0]


def _is_vote(scheme, item):
    return item.kind == "pass_fail" or not scheme.has_points
