"""Every write on a round of evaluation but the sheets: prepared, staffed, opened on frozen facts, stated upon, concluded."""

from decimal import Decimal

from django.db import transaction

from contracts.models import Contract
from documents.actions.snapshots import freeze
from evaluations.actions.proposals import propose_for_round
from evaluations.actions.scores import record_score
from evaluations.models import Round, RoundMove, Scorer
from evaluations.queries import facts
from evaluations.queries import rounds as queries
from evaluations.rules import rounds as rules
from evaluations.rules.schemes import SELF
from tenancy import audit, clock, workdays
from tenancy.permissions import ROLES
from tenancy.problems import Conflict, Refused


@transaction.atomic
def prepare(contract, *, evaluation, cutoff_on, scores_until, by, at, self_until=None):
    """Begin a round of an evaluation of the contract by the scheme adopted for it; returns the Round.

    `evaluation` is its code in the contract file. When the contract or the scheme asks for it, the agency evaluates itself
    first, until `self_until`. Refused with everything that stands against it.
    """
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    _check_organiser(contract, by)
    said, version = queries.said_of(contract, evaluation), queries.adopted_version(contract, evaluation)
    if said is None or said["scheme"] == "none":
        raise Refused("合同没有约定这项评估")
    is_open, last, number, orders = queries.standing(contract, evaluation)
    wants_self = _wants_self(said, version)
    problems = rules.prepare_problems(
        is_active=contract.state == Contract.State.ACTIVE, has_scheme=version is not None, has_open_round=is_open is not None,
        last_result=last.result if last else "", open_orders=orders,
    ) + rules.day_problems(
        cutoff_on=cutoff_on, self_until=self_until, scores_until=scores_until, wants_self=wants_self,
        starts_on=contract.starts_on, today=clock.day_of(at),
    )  # fmt: skip
    if problems:
        raise Refused("没有建立", problems)
    round = Round.objects.create(
        contract=contract, evaluation=evaluation, stage=said["stage"], title=said["title"], no=number + 1, version=version,
        cutoff_on=cutoff_on, has_self_evaluation=wants_self, self_until=self_until if wants_self else None,
        scores_until=scores_until, prepared_by=by, prepared_at=at,
    )  # fmt: skip
    _history(round, "prepare", "", by=by, at=at)
    audit.record(
        "round.prepared", by=by, at=at, target=round, contract=contract.code, evaluation=evaluation, round=round.no
    )
    own = queries.own_evaluator(contract) if wants_self else None
    if own is not None:
        _add_scorer(round, SELF, own, days=(clock.day_of(at), self_until), is_lead=False, by=by, at=at)
    return round


def _wants_self(said, version):
    named = version is not None and any(party["code"] == SELF for party in version.definition["parties"])
    return bool(said.get("self_evaluation")) or named


@transaction.atomic
def assign(round, *, party, people, from_day, to_day, by, at, lead=None):
    """Let people (memberships) score for a party of the scheme from one day to another; `lead` is one of them or None."""
    round = _locked(round, by)
    judge = _party(round, party)
    known = set(queries.candidates(round.contract, judge).filter(pk__in=[one.pk for one in people])) if judge else set()
    inside = set(
        Scorer.objects.filter(round=round, state__in=rules.TAKING_PART).values_list("membership_id", flat=True)
    )
    problems = [] if people else ["至少选一人"]
    for person in people:
        problems += rules.assign_problems(
            state=round.state, party=judge, is_of_provider=ROLES[person.role].side == "provider", is_candidate=person in known,
            is_in_round=person.pk in inside, from_day=from_day, to_day=to_day, today=clock.day_of(at),
        )  # fmt: skip
    if problems:
        raise Refused("没有指派", list(dict.fromkeys(problems)))
    for person in people:
        is_lead = lead is not None and lead.pk == person.pk
        _add_scorer(round, party, person, days=(from_day, to_day), is_lead=is_lead, by=by, at=at)
    return round


def _add_scorer(round, party, person, *, days, is_lead, by, at):
    Scorer.objects.create(
        round=round, party=party, membership=person, is_lead=is_lead, from_day=days[0], to_day=days[1],
        assigned_by=by, assigned_at=at,
    )  # fmt: skip
    _history(round, "assign", round.state, by=by, at=at, reason=f"{person}（{_party(round, party).title}）")
    audit.record(
        "round.assigned", by=by, at=at, target=round, party=party, person=str(person), until=days[1].isoformat()
    )


@transaction.atomic
def release(scorer, *, reason, by, at):
    """Take out a scorer who has not signed, with the reason; whoever is left may have signed already, and the round goes on."""
    round = _locked(scorer.round, by)
    scorer = Scorer.objects.select_for_update(of=("self",)).select_related("membership__account").get(pk=scorer.pk)
    problem = rules.release_problem(state=round.state, scorer_state=scorer.state, reason=reason)
    if problem:
        raise Refused(problem)
    if not Scorer.objects.filter(pk=scorer.pk, state=scorer.state).update(state=rules.RELEASED):
        raise Conflict
    _history(round, "release", round.state, by=by, at=at, reason=f"{scorer.membership}：{reason.strip()}")
    audit.record("round.released", by=by, at=at, target=round, person=str(scorer.membership), reason=reason.strip())
    return all_signed(round, by=by, at=at)


@transaction.atomic
def prolong(round, *, scores_until, by, at, self_until=None):
    """Move the days by which the agency and the scorers have to be done; who has not signed may go on until then."""
    round = _locked(round, by)
    if round.state not in rules.STAFFED:
        raise Conflict("评分已结束")
    own = (self_until or round.self_until) if round.has_self_evaluation else None
    problems = rules.day_problems(
        cutoff_on=round.cutoff_on, self_until=own, scores_until=scores_until,
        wants_self=round.has_self_evaluation and round.state != rules.SCORING, starts_on=None, today=clock.day_of(at),
    )  # fmt: skip
    if problems:
        raise Refused("没有改期", problems)
    Round.objects.filter(pk=round.pk).update(scores_until=scores_until, self_until=own)
    waiting = Scorer.objects.filter(round=round, state__in=(rules.ASSIGNED, rules.DECLARED))
    waiting.exclude(party=SELF).update(to_day=scores_until)
    if own is not None:
        waiting.filter(party=SELF).update(to_day=own)
    round.refresh_from_db(fields=["scores_until", "self_until"])
    _history(round, "prolong", round.state, by=by, at=at, reason=f"评分截止 {scores_until:%Y-%m-%d}")
    audit.record("round.prolonged", by=by, at=at, target=round, scores_until=scores_until.isoformat())
    return round


@transaction.atomic
def open_round(round, *, by, at):
    """Freeze the facts as measured at the cut-off and let the self-evaluation, or else the scoring, begin."""
    round = _locked(round, by)
    if round.state != rules.PREPARED:
        raise Conflict("这一轮已经开始")
    problems = rules.open_problems(
        parties=_parties(round), places=queries.places(queries.scorers_of(round)), prepared_by=round.prepared_by,
        cutoff_on=round.cutoff_on, today=clock.day_of(at), wants_self=round.has_self_evaluation,
    )  # fmt: skip
    if problems:
        raise Refused("还不能开始", problems)
    snapshot = freeze("evaluation_facts", facts.collect(round.contract, on=round.cutoff_on), by=by, at=at)
    verb = "self_evaluate" if round.has_self_evaluation else "score"
    _move(round, verb, by=by, at=at, changes={"facts": snapshot})
    audit.record("round.opened", by=by, at=at, target=round, cutoff=round.cutoff_on.isoformat(), digest=snapshot.digest)
    return round


@transaction.atomic
def begin_scoring(round, *, by, at):
    """Go on to the scoring without the agency's self-evaluation, once its time is over."""
    round = _locked(round, by)
    if round.state != rules.SELF_EVALUATION:
        raise Conflict("自评已经结束")
    problem = rules.go_on_problem(parties=_parties(round), self_until=round.self_until, today=clock.day_of(at))
    if problem:
        raise Refused(problem)
    _move(round, "score", by=by, at=at, reason="乙方逾期未自评")
    audit.record("round.scoring", by=by, at=at, target=round, self_evaluated=False)
    return round


@transaction.atomic
def all_signed(round, *, by, at):
    """Move the round on if what it waits for is signed: the self-evaluation, or every sheet that counts; called after each signature.

    Does nothing while something is missing. The agency then has five working days for its statement. Returns the round.
    """
    round = Round.objects.select_for_update(of=("self",)).select_related("contract", "version").get(pk=round.pk)
    places = queries.places(queries.scorers_of(round))
    if round.state == rules.SELF_EVALUATION and rules.is_self_done(places):
        _move(round, "score", by=by, at=at)
        audit.record("round.scoring", by=by, at=at, target=round, self_evaluated=True)
    elif round.state == rules.SCORING and not rules.scoring_problems(_parties(round), places):
        until = workdays.calendar().add(clock.day_of(at), rules.STATEMENT_WORKDAYS)
        _move(round, "finish", by=by, at=at, changes={"statement_until": until})
        audit.record("round.scored", by=by, at=at, target=round, statement_until=until.isoformat())
    return round


@transaction.atomic
def state(round, *, statement, by, at):
    """Keep the agency's statement on the scores; an empty one says that it has none."""
    round = Round.objects.select_for_update(of=("self",)).select_related("contract").get(pk=round.pk)
    if not queries.may_state(by, round.contract):
        raise Refused("陈述意见由乙方项目主管提交")
    if round.state != rules.STATEMENT:
        raise Conflict("现在不能陈述")
    said = statement.strip()
    changes = {"statement": said, "stated_by": by, "stated_at": at}
    _move(round, "state" if said else "waive", by=by, at=at, changes=changes)
    audit.record("round.stated", by=by, at=at, target=round, has_statement=bool(said))
    return round


@transaction.atomic
def pass_over(round, *, by, at):
    """Go on without a statement once the agency's time for it is over."""
    round = _locked(round, by)
    if round.state != rules.STATEMENT:
        raise Conflict
    problem = rules.pass_over_problem(statement_until=round.statement_until, today=clock.day_of(at))
    if problem:
        raise Refused(problem)
    _move(round, "pass_over", by=by, at=at, reason="乙方逾期未陈述")
    audit.record("round.statement_over", by=by, at=at, target=round)
    return round


@transaction.atomic
def conclude(round, *, by, at, result="", side="", decision="", opinion=""):
    """Conclude a round by what its signed sheets come to; keeps the score and proposes what the contract makes of it.

    `side` and `decision` say how a score exactly on a line of the contract is taken (rules.Case.side), and why; they are
    demanded then, never assumed (A-25). `result` (passed | failed) confirms the votes of a scheme without points, or
    departs from them with a reason in `opinion`. Refused for whoever scored in the round.
    """
    round = _locked(round, by)
    if round.state != rules.STATED:
        raise Conflict("这一轮已出结论" if round.state == rules.CONCLUDED else "还不能出结论")
    try:
        outcome = queries.outcome(round)
    except ValueError as problem:
        raise Refused(str(problem)) from problem
    problems = rules.conclusion_problems(
        is_scorer=Scorer.objects.filter(round=round, membership=by).exclude(state=rules.RELEASED).exists(),
        options=outcome.options, side=side, decision=decision, computed=outcome.total.result if outcome.needs_votes else "",
        result=result, opinion=opinion,
    )  # fmt: skip
    if problems:
        raise Refused("不能登记结论", problems)
    case = outcome.case(side, result)
    changes = {
        "result": case.result,
        "total": outcome.total.points,
        "worked": outcome.total.worked | _taken(outcome, case),
        "grade": outcome.total.grade,
        "opinion": opinion.strip(),
        "decision": f"按“{case.told}”处理：{decision.strip()}" if outcome.is_on_line else "",
        "concluded_on": clock.day_of(at),
        "concluded_by": by,
    }
    _move(round, "conclude", by=by, at=at, changes=changes)
    audit.record(
        "round.concluded", by=by, at=at, target=round, contract=round.contract.code, round=round.no, result=case.result,
        total=None if round.total is None else str(round.total), decision=round.decision,
    )  # fmt: skip
    record_score(
        round.contract, kind=round.stage, score=round.total if round.total is not None else Decimal(0), concluded_on=round.concluded_on,
        title=str(round), facts={"result": case.result, "round": str(round.pk)}, by=by, at=at,
    )  # fmt: skip
    propose_for_round(round, by=by, at=at)
    return round


def _taken(outcome, case):
    """How the total was taken, kept beside its making: the lines that it lies on, the side, what the contract was asked with."""
    if case.score is None:
        return {"voted": outcome.total.result}
    return {"lines": [str(line) for line in outcome.lines], "side": case.side, "asked": str(case.score)}


@transaction.atomic
def cancel(round, *, reason, by, at):
    """End a round without a conclusion, with the reason; its sheets stay, its number is not used again."""
    round = _locked(round, by)
    if not reason.strip():
        raise Refused("取消须写明原因")
    _move(round, "cancel", by=by, at=at, reason=reason.strip()[:400])
    audit.record("round.cancelled", by=by, at=at, target=round, reason=reason.strip()[:400])
    return round


# --- one door for each change of state --------------------------------------------------------------------------------
def _check_organiser(contract, by):
    if not queries.may_organise(by, contract):
        raise Refused("评估由本合同的经办人组织")


def _locked(round, by):
    found = (
        Round.objects.select_for_update(of=("self",))
        .select_related("contract__provider", "version", "prepared_by__account")
        .get(pk=round.pk)
    )
    _check_organiser(found.contract, by)
    return found


def _parties(round):
    return rules.parties_of(queries.scheme_of(round), with_self=round.has_self_evaluation)


def _party(round, code):
    return next((party for party in _parties(round) if party.code == code), None)


def _move(round, verb, *, by, at, changes=None, reason=""):
    """The one door through which a round changes its state: compare, set, leave a history row."""
    sources, goal = rules.MOVES[verb]
    old, changes = round.state, changes or {}
    if old not in sources or not Round.objects.filter(pk=round.pk, state=old).update(state=goal, **changes):
        raise Conflict
    for name, value in {"state": goal, **changes}.items():
        setattr(round, name, value)
    _history(round, verb, old, by=by, at=at, reason=reason)


def _history(round, verb, old, *, by, at, reason=""):
    RoundMove.objects.create(
        round=round, verb=verb, from_state=old, to_state=round.state, by=by, at=at, reason=reason[:400]
    )
