"""What the report of a round says, gathered once for its PDF and its Excel file: the frozen facts, the signed sheets, the conclusion.

A draft says what is known so far and is marked; scores stand in it only once everybody has signed.
"""

from decimal import Decimal

from contracts.rules import EFFECTS, OF_MONEY
from documents import canonical
from evaluations.models import Agreement, Consequence, ItemScore, RoundMove, Scorer
from evaluations.queries import rounds, samples
from evaluations.reporting.stories import line_of
from evaluations.rules import rounds as rules
from evaluations.rules.sheets import shown_facts
from evaluations.rules.words import plain_number
from services.models import Indicator
from tenancy.permissions import ROLES

# Those who read the scorers' names; to the agency and to the scorers themselves they are 评估人 1, 2 …
READS_NAMES = {"purchaser", "audit"}


def reads_names(member):
    """Whether the member's copy names the scorers."""
    return ROLES[member.role].side in READS_NAMES


def gathered(round, *, named, shows_money, hide=str):
    """Everything that the report of a round says, as plain values.

    `named` tells the scorers' names, `shows_money` what follows for payments; `hide` is what a text that
    somebody wrote goes through (reporting.hiding.for_reader).
    """
    scheme, is_shown = rounds.scheme_of(round), round.state in rules.SCORES_SHOWN
    people = _people(round, scheme, named=named, hide=hide) if is_shown else []
    worked = _worked(round) if is_shown else {}
    said = rounds.said_of(round.contract, round.evaluation) or {}
    figures = {
        "title": str(round), "contract": _contract(round.contract), "number": f"{round.contract.code}-{round.evaluation}-{round.no}", "is_draft": round.state != rules.CONCLUDED,
        "state": round.get_state_display(), "cutoff": round.cutoff_on, "scheme": {"title": scheme.title, "version": round.version.no, "digest": round.version.digest},
        "full_marks": _text(scheme.full_marks), "facts_digest": round.facts.digest, "clause": {"text": said.get("clause_text", ""), "cite": said.get("clause", "")},
        "parties": _parties(scheme, people, worked), "people": people, "dimensions": _dimensions(round, scheme, worked), "facts": _facts(round),
        "agreements": _agreements(round, scheme, people, hide) if is_shown else [], "notes": _notes(scheme, people),
        "statement": _statement(round, hide), "conclusion": _conclusion(round, shows_money, hide), "consequences": _consequences(round, shows_money, hide), "sample": _sample(round),
        "worked": {key: worked[key] for key in ("points", "full_marks", "grade", "vetoes") if key in worked}, "demo": round.tenant.is_demo,
    }  # fmt: skip
    return figures | {"digest": canonical.digest(figures)}


def typed(round):
    """Everything that somebody has written in the round, for reporting.hiding.for_reader."""
    signed = Scorer.objects.filter(round=round, state=rules.SIGNED)
    reasons = Consequence.objects.filter(round=round).values_list("reason", flat=True)
    return [
        round.statement, round.opinion, round.decision, *reasons, *signed.values_list("opinion", flat=True),
        *ItemScore.objects.filter(scorer__in=signed).values_list("note", flat=True), *Agreement.objects.filter(round=round).values_list("reason", flat=True),
    ]  # fmt: skip


def made_at(round):
    """The moment that the report bears: of its last step."""
    last = RoundMove.objects.filter(round=round).order_by("-at", "-pk").values_list("at", flat=True).first()
    return max(filter(None, [last, round.facts.frozen_at]))


def _text(number):
    return None if number is None else plain_number(Decimal(number))


def _contract(contract):
    return {
        "title": contract.title, "short_title": contract.short_title, "code": contract.code, "purchaser": contract.purchaser.name,
        "provider": contract.provider.name if contract.provider else "", "provider_short": contract.provider.short_name if contract.provider else "",
    }  # fmt: skip


def _worked(round):
    """How the total was made: as kept with the conclusion, or as the signed sheets come to now; empty when they lack something."""
    if round.state == rules.CONCLUDED:
        return round.worked
    try:
        return rounds.outcome(round).total.worked
    except ValueError:
        return {}


def _people(round, scheme, *, named, hide):
    """The signed scorers in order, with their points and notes by item."""
    rows = Scorer.objects.filter(round=round, state=rules.SIGNED).select_related(
        "membership__account", "membership__organisation"
    )
    scores = {}
    for row in ItemScore.objects.filter(scorer__in=rows).order_by("item"):
        scores.setdefault(row.scorer_id, {})[row.item] = {"points": _text(row.points), "note": hide(row.note)}
    found, number = [], 0
    for row in rows:
        party = scheme.party(row.party)
        is_own = row.party == rules.SELF
        number += not is_own
        own_name, organisation = row.membership.account.name, row.membership.organisation.name
        called = own_name if named or is_own else f"评估人 {number}"
        found.append({
            "id": str(row.pk), "name": called, "organisation": organisation if named or is_own else "", "party": party.title, "code": party.code, "is_own": is_own,
            "total": _text(row.total), "marks": _text(scheme.marks_of(row.party)) if scheme.has_points else None, "opinion": hide(row.opinion),
            "declared_at": row.declared_at, "signed_at": row.signed_at, "digest": row.digest, "items": scores.get(row.pk, {}),
        })  # fmt: skip
    return found


WAYS = {"mean": "平均分", "trimmed_mean": "去掉最高最低后平均", "consensus": "合议"}


def _parties(scheme, people, worked):
    """Every party that counts or has signed, with what it brought; the agency's own sheet brings nothing."""
    made, parties = {row["code"]: row for row in worked.get("parties", [])}, {one.code: one for one in scheme.parties}
    parties.setdefault(rules.SELF, scheme.party(rules.SELF))
    rows = []
    for party in parties.values():
        own, signed = made.get(party.code, {}), sum(one["code"] == party.code for one in people)
        if party.counts or signed:
            rows.append({
                "code": party.code, "title": party.title, "weight": _text(party.weight * 100), "aggregate": WAYS.get(party.aggregate, ""), "counts": bool(party.weight), "veto": party.veto,
                "scorers": signed, "points": own.get("points"), "marks": own.get("marks"), "worth": own.get("worth"), "items": own.get("items", {}),
            })  # fmt: skip
    return rows


def _dimensions(round, scheme, worked):
    """[{title, marks, items}] in the scheme's order; each item with its facts and what each weighted party gave it."""
    made = [(row["code"], row["title"], row.get("items", {})) for row in worked.get("parties", [])]
    return [
        {
            "title": dimension.title, "marks": _text(dimension.marks),
            "items": [
                {
                    "code": item.code, "title": item.title, "standard": item.standard, "marks": _text(item.marks) if scheme.has_points else None, "veto": item.veto,
                    "facts": [_fact(fact) for fact in shown_facts(item, round.facts.data)],
                    "late": round.facts.data.get("reports", {}).get("told", "") if item.source == "late_reports" else "",
                    "given": [{"party": title, "code": code, **items[item.code]} for code, title, items in made if item.code in items],
                }
                for item in dimension.items
            ],
        }
        for dimension in scheme.dimensions
    ]  # fmt: skip


def _fact(fact):
    named = (
        "code",
        "title",
        "required",
        "actual",
        "completion",
        "status",
        "status_told",
        "told",
        "missing",
        "clause",
        "not_counting",
    )
    return {name: fact.get(name) for name in named}


def _facts(round):
    """Every indicator as it was frozen, in the contract's order."""
    held = round.facts.data.get("items", {})
    order = {
        code: place
        for place, code in enumerate(
            Indicator.objects.filter(contract=round.contract_id).values_list("code", flat=True)
        )
    }
    return [_fact(held[code]) for code in sorted(held, key=lambda code: (order.get(code, len(order)), code))]


def _notes(scheme, people):
    """[(item, [(who, note)])] of what the scorers wrote, in the scheme's order."""
    found = []
    for item in scheme.items:
        said = [
            (one["name"], one["items"][item.code]["note"])
            for one in people
            if one["items"].get(item.code, {}).get("note")
        ]
        if said:
            found.append((f"{item.code} {item.title}", said))
    return found


def _agreements(round, scheme, people, hide):
    called, titles = (
        {one["id"]: one["name"] for one in people},
        {item.code: f"{item.code} {item.title}" for item in scheme.items},
    )
    rows = (
        Agreement.objects.filter(round=round, is_withdrawn=False)
        .prefetch_related("voices")
        .order_by("item", "proposed_at")
    )
    found = []
    for row in rows:
        said_yes = {str(row.proposed_by_id), *(str(voice.scorer_id) for voice in row.voices.all())}
        own = [one for one in people if one["code"] == row.party]
        if {one["id"] for one in own} <= said_yes:
            given = [(called[one["id"]], one["items"].get(row.item, {}).get("points")) for one in own]
            found.append(
                {
                    "item": titles.get(row.item, row.item),
                    "points": _text(row.points),
                    "reason": hide(row.reason),
                    "given": given,
                }
            )
    return found


def _statement(round, hide):
    if round.stated_at is None:
        return None
    return {
        "text": hide(round.statement),
        "by": round.stated_by.account.name if round.stated_by else "",
        "at": round.stated_at,
    }


def _conclusion(round, shows_money, hide):
    if round.state != rules.CONCLUDED:
        return None
    rows = rounds.concluded_case(round).rows
    return {
        "total": _text(round.total), "result": round.get_result_display(), "grade": round.grade, "opinion": hide(round.opinion), "decision": hide(round.decision),
        "on": round.concluded_on, "by": round.concluded_by.account.name,
        "clauses": [{"title": row["title"], "effects": [_effect(one, row) for one in row.get("effects", ()) if shows_money or one not in OF_MONEY], "text": row.get("clause_text", ""), "cite": row.get("clause", "")} for row in rows],
    }  # fmt: skip


def _consequences(round, shows_money, hide):
    rows = Consequence.objects.filter(round=round).select_related("decided_by__account").order_by("proposed_at", "pk")
    return [
        {
            "title": row.title, "effect": _effect(row.effect, {"months": row.months, "years": row.years}), "state": row.get_state_display(), "reason": hide(row.reason),
            "by": row.decided_by.account.name if row.decided_by else "", "at": row.decided_at, "text": row.clause_text, "cite": row.clause,
        }
        for row in rows if shows_money or row.effect not in OF_MONEY
    ]  # fmt: skip


def _effect(code, row):
    """What an effect of the contract is called, with its months or years."""
    return EFFECTS[code].format_map({"months": "", "years": "", **row}) if code in EFFECTS else code


def _sample(round):
    """The draw with its lines; nothing that tells which files they are."""
    draw = samples.current_draw(round)
    if draw is None:
        return None
    named, called = samples.other_names(draw), samples.titles()
    lines = [(str(row), *line_of(row, named=named, called=called)) for row in samples.files_of(draw)]
    return {
        "seed": draw.seed,
        "rule": draw.rule,
        "pool": draw.pool_size,
        "drawn_at": draw.drawn_at,
        "digest": draw.pool.digest,
        "lines": lines,
    }
