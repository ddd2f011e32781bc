"""Decisions about a round of evaluation (评估): its moves, who may score in it, when it opens, and what a score on a line needs."""

from dataclasses import dataclass
from decimal import Decimal

from contracts.rules import term_end
from evaluations.rules.schemes import OWN, SELF
from evaluations.rules.words import HOLDS

PREPARED, SELF_EVALUATION, SCORING = "prepared", "self_evaluation", "scoring"
STATEMENT, STATED, CONCLUDED, CANCELLED = "statement", "stated", "concluded", "cancelled"
PASSED, FAILED = "passed", "failed"
OPEN = {PREPARED, SELF_EVALUATION, SCORING, STATEMENT, STATED}
MOVES = {
    "self_evaluate": ({PREPARED}, SELF_EVALUATION),
    "score": ({PREPARED, SELF_EVALUATION}, SCORING),
    "finish": ({SCORING}, STATEMENT),
    "state": ({STATEMENT}, STATED),
    "waive": ({STATEMENT}, STATED),
    "pass_over": ({STATEMENT}, STATED),
    "conclude": ({STATED}, CONCLUDED),
    "cancel": (OPEN, CANCELLED),
}
# Before all have signed nobody but the scorers themselves sees a score.
SCORES_SHOWN = {STATEMENT, STATED, CONCLUDED}
# While people may be put in and taken out.
STAFFED = {PREPARED, SELF_EVALUATION, SCORING}
ASSIGNED, DECLARED, SIGNED, RECUSED, RELEASED = "assigned", "declared", "signed", "recused", "released"
# A scorer in one of these takes part.
TAKING_PART = {ASSIGNED, DECLARED, SIGNED}
STATEMENT_WORKDAYS = 5
HARMLESS = {"continue", "pay"}
STEP = Decimal("0.01")


@dataclass(frozen=True)
class Place:
    """One scorer as the rules look at it: the party, the person, the organisation's side and how far the scorer is."""

    party: str
    person: object
    state: str = ASSIGNED

    @property
    def takes_part(self):
        return self.state in TAKING_PART


def term_warning(*, after_months, starts_on, cutoff_on):
    """That the contract wants so many months of service first, or ""; a hint, since the bureau may evaluate earlier by agreement."""
    if not after_months or starts_on is None:
        return ""
    full = term_end(starts_on, after_months)
    return "" if cutoff_on >= full else f"合同约定服务满 {after_months} 个月后评估，{full:%Y-%m-%d} 才满"


def prepare_problems(*, is_active, has_scheme, has_open_round, last_result, open_orders):
    """Why no round of this evaluation can begin now. Retries after a failed one are not limited (A-37)."""
    problems = []
    if not is_active:
        problems.append("合同不在履行中")
    if not has_scheme:
        problems.append("这项评估还没有采用的评分方案，先编制并采用")
    if has_open_round:
        problems.append("这项评估已有一轮在办")
    if last_result == PASSED:
        problems.append("这项评估已合格，不用再评")
    if open_orders:
        problems.append(f"上一轮的整改还没有核验（{open_orders} 份），核验后再评")
    return problems


def day_problems(*, cutoff_on, self_until, scores_until, wants_self, starts_on, today):
    """What is wrong with a round's days."""
    problems = []
    if starts_on is not None and cutoff_on < starts_on:
        problems.append(f"事实截至不得早于服务期起 {starts_on:%Y-%m-%d}")
    if scores_until < today or scores_until < cutoff_on:
        problems.append("评分截止不得早于今天和事实截至")
    if wants_self and self_until is None:
        problems.append("先自评的，须定自评截止")
    if wants_self and self_until is not None and not max(today, cutoff_on) <= self_until <= scores_until:
        problems.append("自评截止须在事实截至以后、评分截止以前")
    return problems


def assign_problems(*, state, party, is_of_provider, is_candidate, is_in_round, from_day, to_day, today):
    """Why a person can't score for a party; `party` has title and side, None for a party that the scheme does not know."""
    if state not in STAFFED:
        return ["评分已结束，不能再指派"]
    if party is None:
        return ["评分方案里没有这一方"]
    problems = []
    if is_of_provider and party.code != SELF:
        problems.append(f"乙方人员不能代表{party.title}评分")
    elif not is_candidate:
        problems.append(f"此人不能代表{party.title}评分")
    if is_in_round:
        problems.append("此人已在这一轮评分")
    if to_day < from_day:
        problems.append("截止日不得早于起始日")
    elif to_day < today:
        problems.append("截止日已过")
    return problems


def release_problem(*, state, scorer_state, reason):
    """Why a scorer can't be taken out, or ""; a signed sheet stays."""
    if state not in STAFFED:
        return "评分已结束，不能再调整"
    if scorer_state not in (ASSIGNED, DECLARED):
        return "已签名，不能解除" if scorer_state == SIGNED else "此人已不在这一轮"
    return "" if reason.strip() else "解除须写明原因"


def parties_of(scheme, *, with_self):
    """The parties that score in a round: those of the scheme, and the agency itself when it evaluates itself first."""
    parties = [party for party in scheme.parties if party.code != SELF]
    own = [party for party in scheme.parties if party.code == SELF] or [OWN]
    return [*own, *parties] if with_self else parties


def deciding(parties):
    """The codes of the parties whose scores count."""
    return {party.code for party in parties if party.counts}


def lacking(parties, places):
    """[(party, how many are missing)] of the parties that count and have fewer scorers than the scheme wants."""
    found = []
    for party in parties:
        if party.code not in deciding(parties):
            continue
        there = sum(place.party == party.code and place.takes_part for place in places)
        if there < party.least:
            found.append((party, party.least - there))
    return found


def open_problems(*, parties, places, prepared_by, cutoff_on, today, wants_self):
    """Why the round can't be opened: too few scorers, the organiser alone, the day of the facts not reached."""
    problems = [f"{party.title}还差 {short} 名评分人" for party, short in lacking(parties, places)]
    people = {place.person for place in places if place.takes_part and place.party in deciding(parties)}
    if people == {prepared_by}:
        problems.append("组织评估的人不能是唯一的评分人")
    if cutoff_on > today:
        problems.append(f"事实截至 {cutoff_on:%Y-%m-%d}，当天起才能开始")
    if wants_self and not own_places(places):
        problems.append("乙方自评还没有指派人")
    return problems


def own_places(places):
    """The places of the agency's self-evaluation that take part."""
    return [place for place in places if place.party == SELF and place.takes_part]


def is_self_done(places):
    """Whether the agency has signed its self-evaluation."""
    own = own_places(places)
    return bool(own) and all(place.state == SIGNED for place in own)


def scoring_problems(parties, places):
    """What scoring still waits for: parties with too few scorers, and who has not signed; [] when it is done."""
    codes = deciding(parties)
    unsigned = [place for place in places if place.party in codes and place.takes_part and place.state != SIGNED]
    problems = [f"{party.title}还差 {short} 名评分人" for party, short in lacking(parties, places)]
    if unsigned:
        problems.append(f"还差 {len(unsigned)} 人签名：{'、'.join(str(place.person) for place in unsigned)}")
    return problems


def pass_over_problem(*, statement_until, today):
    """Why the organiser can't go on without the agency's statement yet, or ""."""
    return "" if today > statement_until else f"乙方可以陈述到 {statement_until:%Y-%m-%d}，过后才能继续"


def go_on_problem(*, parties, self_until, today):
    """Why scoring can't begin without the self-evaluation yet, or ""."""
    if SELF in deciding(parties):
        return "乙方自评计入总分，须先签名"
    return "" if today > self_until else f"乙方可以自评到 {self_until:%Y-%m-%d}，过后才能继续"


# --- what a total means under the contract ----------------------------------------------------------------------------
@dataclass(frozen=True)
class Case:
    """One way to take a score: `side` is exact, below or above; `score` is what the contract's rules are asked with."""

    side: str
    score: Decimal | None
    result: str
    rows: tuple

    @property
    def told(self):
        return "；".join(row["title"] for row in self.rows) or ("合格" if self.result == PASSED else "不合格")


def result_of(said, score, *, vetoes, followed):
    """passed or failed of a scored evaluation: a veto fails it; then the pass line; without one, whatever demands more fails it."""
    if vetoes:
        return FAILED
    if said.get("pass"):
        return PASSED if all(HOLDS[op][1](score, Decimal(str(limit))) for op, limit in said["pass"].items()) else FAILED
    rows = followed(said.get("consequences", []), score=score)
    return FAILED if any(set(row["effects"]) - HARMLESS for row in rows) else PASSED


def cases(said, score, *, is_on_line, vetoes, followed):
    """The ways to take a score: one, or those that differ when it lies exactly on a line of the contract (A-25).

    The first is the contract's operator as it is written; the others are what a hair less or more would bring.
    """
    found = []
    for side, asked in (("exact", score), ("below", score - STEP), ("above", score + STEP)):
        result = result_of(said, asked, vetoes=vetoes, followed=followed)
        rows = tuple(followed(said.get("consequences", []), score=asked, result=result))
        if not any((case.result, case.rows) == (result, rows) for case in found):
            found.append(Case(side, asked, result, rows))
    return found if is_on_line else found[:1]


def case_of_result(said, result, *, followed):
    """What a passed or failed evaluation without points brings."""
    return Case("exact", None, result, tuple(followed(said.get("consequences", []), result=result)))


def conclusion_problems(*, is_scorer, options, side, decision, computed, result, opinion):
    """Why a conclusion can't stand: made by a scorer, a score on a line without a decision, against the votes without a reason."""
    problems = []
    if is_scorer:
        problems.append("评分人不能出结论")
    if len(options) > 1:
        if side not in {case.side for case in options}:
            problems.append("得分恰在合同的分数线上，须选定按哪种情形处理")
        if not decision.strip():
            problems.append("得分恰在合同的分数线上，须写明决定的理由")
    if computed and result and result != computed and not opinion.strip():
        problems.append("结论与评分结果不同，须在意见里写明理由")
    return problems
