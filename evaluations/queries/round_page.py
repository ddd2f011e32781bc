"""What the page of a round shows: where it stands, whose hand it is in, who scores, how the total was made, what follows."""

from dataclasses import dataclass
from fractions import Fraction

from contracts.queries import sees_money
from contracts.rules import EFFECTS, OF_MONEY
from evaluations.queries import rounds as queries
from evaluations.queries.consequences import visible_consequences
from evaluations.reporting.hiding import for_reader
from evaluations.rules import rounds as rules
from evaluations.rules import scoring
from evaluations.rules import sheets as sheet_rules
from evaluations.rules.consequences import effect_told
from evaluations.rules.schemes import SELF
from evaluations.rules.words import plain_number, told_limits
from tenancy import clock, workdays
from tenancy.permissions import ROLES, Permission, allows

STEPS = (
    (rules.PREPARED, "筹备"),
    (rules.SELF_EVALUATION, "乙方自评"),
    (rules.SCORING, "评分"),
    (rules.STATEMENT, "乙方陈述"),
    (rules.STATED, "结论"),
)
TOLD = {
    "prepare": "建立评估", "assign": "指派评分人", "release": "解除评分人", "prolong": "改期", "self_evaluate": "固定事实，开始自评",
    "score": "开始评分", "finish": "评分结束", "state": "乙方陈述", "waive": "乙方没有意见", "pass_over": "逾期未陈述",
    "conclude": "登记结论", "cancel": "取消",
}  # fmt: skip


def sees_scores(member, round):
    """Whether the member sees the scores: nobody before all have signed; of the agency first only who states on them."""
    if round.state not in rules.SCORES_SHOWN:
        return False
    is_provider = ROLES[member.role].side == "provider"
    return not is_provider or round.state == rules.CONCLUDED or allows(member, Permission.EVALUATION_STATE)


# --- where it stands --------------------------------------------------------------------------------------------------
def chain(round, moves):
    """The steps of the round as {% chain %} draws them, each with its days."""
    began = {}
    for move in moves:
        if move.to_state != move.from_state:
            began.setdefault(move.to_state, clock.day_of(move.at))
    steps = [step for step in STEPS if step[0] != rules.SELF_EVALUATION or round.has_self_evaluation]
    at = next((place for place, (state, _title) in enumerate(steps) if state == round.state), len(steps))
    if round.state == rules.CANCELLED:
        at = max((place for place, (state, _title) in enumerate(steps) if state in began), default=0)
    until = {
        rules.SELF_EVALUATION: round.self_until,
        rules.SCORING: round.scores_until,
        rules.STATEMENT: round.statement_until,
    }
    links = []
    for place, (state, title) in enumerate(steps):
        lines = [f"{began[state]:%m-%d} 起"] if state in began and state != rules.STATED else []
        if until.get(state) and place >= at:
            lines.append(f"截止 {until[state]:%m-%d}")
        if state == rules.STATED and round.concluded_on:
            lines = [f"{round.concluded_on:%Y-%m-%d}"]
        links.append({"title": title, "lines": lines, "state": "done" if place < at else "now" if place == at else ""})
    if round.state == rules.CANCELLED:
        links[at] |= {"state": "", "bad": "已取消"}
    return links


def holder(round, scorers, moves, *, on):
    """Whose hand the round is in: {what, name, role, elapsed, limit, due}, or None once it is over."""
    if round.state not in rules.OPEN:
        return None
    began = max(clock.day_of(move.at) for move in moves if move.to_state == round.state)
    due = {
        rules.SELF_EVALUATION: round.self_until,
        rules.SCORING: round.scores_until,
        rules.STATEMENT: round.statement_until,
    }.get(round.state)
    days = workdays.calendar()
    waiting = [
        row.membership.account.name
        for row in scorers
        if row.state in (rules.ASSIGNED, rules.DECLARED)
        and (row.party == SELF) == (round.state == rules.SELF_EVALUATION)
    ]
    who = {
        rules.SCORING: ("评分人", "、".join(waiting[:3]) + (f" 等 {len(waiting)} 人" if len(waiting) > 3 else "")),
        rules.SELF_EVALUATION: ("乙方", waiting[0] if waiting else round.contract.provider.short_name),
        rules.STATEMENT: ("乙方", round.contract.provider.short_name),
    }.get(round.state, ("经办人", round.prepared_by.account.name))
    return {
        "what": round.get_state_display(),
        "role": who[0],
        "name": who[1] or "经办人",
        "elapsed": days.between(began, on),
        "limit": max(1, days.between(began, due)) if due else 0,
        "due": due,
    }


def steps_back(moves):
    """The history, newest first, as components/timeline.html shows it."""
    return [
        {"at": move.at, "text": TOLD[move.verb], "by": str(move.by), "note": move.reason} for move in reversed(moves)
    ]


# --- who scores -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Group:
    """One party of the round with its scorers; `short` is how many are missing."""

    party: object
    scorers: list
    items: int
    short: int

    @property
    def weight(self):
        return f"{plain_number(self.party.weight * 100)}%" if self.party.weight else ""


def groups(round, scheme, scorers):
    """The parties that score in the round, in the scheme's order."""
    parties = rules.parties_of(scheme, with_self=round.has_self_evaluation)
    short = {party.code: missing for party, missing in rules.lacking(parties, queries.places(scorers))}
    return [
        Group(
            party,
            [row for row in scorers if row.party == party.code],
            len(scheme.items_of(party.code)),
            short.get(party.code, 0),
        )
        for party in parties
    ]


# --- the score --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Cell:
    """What one party comes to on one item."""

    told: str
    note: str = ""
    is_bad: bool = False


@dataclass(frozen=True)
class Column:
    """One party of the score table: its total, its weight, what it brings."""

    title: str
    weight: str
    total: str
    cells: dict


def columns(outcome):
    """A column for each party that signed, the agency's own first."""
    scheme, made = outcome.scheme, []
    for party in outcome.totals:
        cells = {row.code: _cell(scheme, party, row) for row in party.items}
        told = f"{plain_number(party.points)} / {plain_number(party.marks)}" if scheme.has_points else ""
        weight = f"权重 {plain_number(party.weight * 100)}%" if party.weight else "不计入"
        made.append(Column(party.title, weight, told, cells))
    return made


def _cell(scheme, party, row):
    if not scheme.has_points:
        good = sum(value > 0 for value in row.kept)
        votes = f"{good} / {len(row.kept)} 人" if len(row.kept) > 1 else ""
        return Cell("合格" if row.is_passed else "不合格", votes, not row.is_passed)
    if row.is_agreed:
        return Cell(plain_number(scoring.rounded(row.points, 2)), f"合议，原 {_list(row.kept)}")
    note = f"{_list(row.kept)}" if len(row.kept) > 1 else ""
    if row.dropped:
        note += f"，去掉 {_list(row.dropped)}"
    return Cell(plain_number(scoring.rounded(row.points, 2)), note)


def _list(values):
    return "、".join(plain_number(value) for value in values)


def table(outcome, hide=str):
    """(columns, [(dimension, [(item, its cells, the notes on it)])]): the signed scores, item by item; notes go through `hide`."""
    made = columns(outcome)
    rows = [
        (
            dimension,
            [
                (
                    item,
                    [column.cells.get(item.code) for column in made],
                    [hide(note) for note in outcome.sheets.notes.get(item.code, [])],
                )
                for item in dimension.items
            ],
        )
        for dimension in outcome.scheme.dimensions
    ]
    return made, rows


def way(outcome):
    """How the total was made, a line for each party that has weight: 评估小组 82.5 / 100 × 70% = 57.75."""
    full, lines = outcome.scheme.full_marks, []
    for party in outcome.totals:
        if party.weight and outcome.scheme.has_points:
            worth = Fraction(full) * Fraction(party.weight) * Fraction(party.points) / Fraction(party.marks)
            lines.append(
                f"{party.title} {plain_number(party.points)} / {plain_number(party.marks)}，权重 "
                f"{plain_number(party.weight * 100)}%，得 {plain_number(scoring.rounded(worth, 4))}"
            )
    return lines


# --- what the contract makes of it ------------------------------------------------------------------------------------
def effects_told(row, *, shows_money):
    """What a row of the contract brings about; what it does to payments only for those who see money."""
    effects = [effect for effect in row["effects"] if shows_money or effect not in OF_MONEY]
    return "，".join(EFFECTS[effect].format_map(row) for effect in effects)


def followed(case, *, shows_money):
    """[(case of the contract, effects, its words)] that follow from a result."""
    return [(row["title"], effects_told(row, shows_money=shows_money), row.get("clause_text", "")) for row in case.rows]


def told_case(case):
    """80 分以下：限期整改，服务期延长 1 个月 — as whoever concludes chooses it."""
    return "；".join(f"{row['title']}：{effects_told(row, shows_money=True)}" for row in case.rows) or case.told


def proposed(round, member, *, on):
    """What was proposed after the round, of what the member may see: [(Consequence, what it does)]."""
    rows = visible_consequences(member, on=on).filter(round=round).order_by("proposed_at", "pk")
    return [(row, effect_told(row.effect, row.months, row.years)) for row in rows]


def band(full_marks, said):
    """The scale from 0 to the full marks with the contract's lines, or [] when it draws none."""
    rows = [row for row in said.get("consequences", []) if row.get("score")]
    limits = [limit for row in rows for limit in row["score"].values()] + list(said.get("pass", {}).values())
    if not full_marks or not limits:
        return []
    return sheet_rules.stretches(full_marks, limits, lambda points: scoring.followed(rows, score=points))


def standard(said):
    """≥ 80 分为合格, or "" where the contract draws no pass line."""
    limits = tuple(said.get("pass", {}).items())
    return f"{told_limits(limits)} 分为合格" if limits else ""


def judged(round, member, *, on):
    """Everything about the score that the member may see: the outcome, its table, the band with the mark, what would follow."""
    said = queries.said_of(round.contract, round.evaluation) or {}
    scheme = queries.scheme_of(round)
    shows_money = sees_money(member, round.contract, on=on)
    found = {"said": said, "scheme": scheme, "band": band(scheme.full_marks, said), "standard": standard(said)}
    if not sees_scores(member, round):
        return found
    try:
        outcome = queries.outcome(round)
    except ValueError as problem:
        return found | {"score_problem": str(problem)}
    made, rows = table(
        outcome, for_reader(member, round.contract, [note for said in outcome.sheets.notes.values() for note in said])
    )
    case = queries.concluded_case(round) if round.state == rules.CONCLUDED else None
    mark = outcome.total.points * 100 / scheme.full_marks if scheme.has_points else None
    return found | {
        "outcome": outcome,
        "columns": made,
        "score_rows": rows,
        "way": way(outcome),
        "mark": mark,
        "follows": [(one, followed(one, shows_money=shows_money)) for one in ([case] if case else outcome.options)],
        "case": case,
    }
