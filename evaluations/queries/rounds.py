"""Reads of rounds of evaluation, and who may see which."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Prefetch, Q
from django.http import Http404

from contracts.models import Contract
from contracts.queries import agreed_evaluations, contract_areas, visible_contracts
from evaluations.models import Agreement, ItemScore, Rectification, Round, SchemeVersion, Scorer
from evaluations.rules import rounds as rules
from evaluations.rules import schemes, scoring
from tenancy.models import Membership, Organisation
from tenancy.permissions import ROLES, Permission, allows, roles_with

# Sides that see a round only as those who score in it.
BY_PLACE = {"evaluator", "subdistrict"}
OPEN_ORDERS = ("ordered", "replied", "returned")
KINDS_OF_SIDE = {
    "evaluator": {Organisation.Kind.EVALUATOR},
    "purchaser": {Organisation.Kind.PURCHASER},
    "supervisor": {Organisation.Kind.PURCHASER, Organisation.Kind.SUBDISTRICT},
    "community": {Organisation.Kind.SUBDISTRICT},
}


def places_of(member, *, on):
    """The member's own places in rounds that are open to it on the day."""
    return Scorer.objects.filter(
        membership=member, state__in=rules.TAKING_PART, from_day__lte=on, to_day__gte=on
    ).order_by()


def visible_rounds(member, *, on):
    """The rounds that the member may see on the day.

    An evaluator, a subdistrict or a community sees those in which it scores, within its days; a provider those of its own
    contracts; everybody else those of the contracts that it may see.
    """
    side = ROLES[member.role].side
    rows = Round.objects.all()
    if side in BY_PLACE:
        return rows.filter(pk__in=places_of(member, on=on).values("round_id"))
    if side == "provider":
        return rows.filter(contract__provider_id=member.organisation_id)
    return rows.filter(contract__in=visible_contracts(member, on=on).order_by().values("pk"))


def get_round(member, pk, *, on):
    """A round that the member may see, with its contract, scheme and facts, or 404."""
    rows = visible_rounds(member, on=on).select_related(
        "contract__provider",
        "contract__purchaser",
        "version__scheme",
        "facts",
        "prepared_by__account",
        "stated_by__account",
        "concluded_by__account",
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_scorer(member, pk, *, on):
    """A place in a round that the member may see, or 404."""
    rows = Scorer.objects.filter(pk=pk, round__in=visible_rounds(member, on=on).order_by().values("pk"))
    found = rows.select_related("membership__account", "round__contract", "round__version").first()
    if found is None:
        raise Http404
    return found


def may_organise(member, contract):
    """Whether the member prepares, opens and concludes rounds of the contract: its own purchaser's handler."""
    return contract.purchaser_id == member.organisation_id and allows(member, Permission.ACCEPTANCE_ORGANISE)


def may_state(member, contract):
    """Whether the member speaks for the agency: evaluates itself, states on the scores."""
    return contract.provider_id == member.organisation_id and allows(member, Permission.EVALUATION_STATE)


def said_of(contract, code):
    """The evaluation of a code as the contract agrees it, decided readings included; None when it has no such evaluation."""
    return next((row for row in agreed_evaluations(contract) if row["code"] == code), None)


def evaluations_of(contract):
    """The evaluations of the contract that rounds are held of; one without scheme (平时考核) is done by spot checks."""
    return [row for row in agreed_evaluations(contract) if row["scheme"] != "none"]


def adopted_version(contract, code):
    """The adopted version by which an evaluation is scored now, or None."""
    rows = SchemeVersion.objects.filter(scheme__contract=contract, scheme__evaluation=code, state="adopted")
    return rows.select_related("scheme").order_by("-no").first()


def standing(contract, code):
    """(open round or None, last concluded round or None, number of the last, its open orders) of one evaluation."""
    rows = list(Round.objects.filter(contract=contract, evaluation=code).order_by("-no"))
    last = next((row for row in rows if row.state == rules.CONCLUDED), None)
    orders = Rectification.objects.filter(round=last, state__in=OPEN_ORDERS).count() if last else 0
    return next((row for row in rows if row.state in rules.OPEN), None), last, rows[0].no if rows else 0, orders


def preparable(contract, *, on):
    """Every evaluation of the contract that rounds are held of: {said, problems, warning, last, next, version}.

    `problems` are why none can begin now, `warning` that the contract wants more months of service first.
    """
    found = []
    for said in evaluations_of(contract):
        is_open, last, number, orders = standing(contract, said["code"])
        version = adopted_version(contract, said["code"])
        problems = rules.prepare_problems(
            is_active=contract.state == Contract.State.ACTIVE, has_scheme=version is not None, has_open_round=is_open is not None,
            last_result=last.result if last else "", open_orders=orders,
        )  # fmt: skip
        warning = rules.term_warning(after_months=said.get("after_months"), starts_on=contract.starts_on, cutoff_on=on)
        found.append(
            {
                "said": said,
                "problems": problems,
                "warning": warning,
                "last": last,
                "next": number + 1,
                "version": version,
            }
        )
    return found


def scheme_of(round):
    """The scheme by which the round is scored."""
    return schemes.parse(round.version.definition)


def scorers_of(round):
    """Every place in the round with names, and how many items have points."""
    rows = Scorer.objects.filter(round=round).select_related("membership__account", "membership__organisation")
    return list(rows.annotate(scored=Count("item_scores", filter=Q(item_scores__points__isnull=False))))


def places(scorers):
    """The scorers as the rules look at them."""
    return [rules.Place(row.party, row.membership, row.state) for row in scorers]


def candidates(contract, party):
    """The people who may score for a party of the scheme: by its side, and only those whose role scores."""
    rows = Membership.objects.filter(is_active=True).select_related("account", "organisation")
    if party.code == schemes.SELF:
        return rows.filter(organisation_id=contract.provider_id, role__in=roles_with(Permission.EVALUATION_STATE))
    rows = rows.filter(
        role__in=roles_with(Permission.EVALUATION_SCORE), organisation__kind__in=KINDS_OF_SIDE[party.side]
    )
    if party.side == "purchaser":
        return rows.filter(organisation_id=contract.purchaser_id)
    if party.side in ("supervisor", "community"):
        areas = [area.pk for area in contract_areas(contract)]
        inside = Q(organisation__area_id__in=areas) | Q(organisation__area__street_id__in=areas)
        return rows.filter(~Q(organisation__kind=Organisation.Kind.SUBDISTRICT) | inside) if areas else rows
    return rows


def assignable(round, party):
    """Those of the candidates who do not score in the round already."""
    inside = Scorer.objects.filter(round=round, state__in=rules.TAKING_PART)
    return candidates(round.contract, party).exclude(pk__in=inside.values("membership_id"))


def own_evaluator(contract):
    """Who writes the agency's self-evaluation unless another is named: its first manager, or None."""
    return candidates(contract, schemes.OWN).order_by("pk").first()


# --- the list ---------------------------------------------------------------------------------------------------------
def listed_rounds(member, *, on, contract=None):
    """The member's rounds for a list, newest first, with the number of scorers and of signatures."""
    if not allows(member, Permission.EVALUATION_VIEW):
        return []
    rows = visible_rounds(member, on=on).select_related("contract__provider")
    rows = rows.filter(contract=contract) if contract is not None else rows
    taking = Q(scorers__state__in=rules.TAKING_PART)
    # The member's own places join the same table, so the scorers are counted afresh by id.
    counted = Round.objects.filter(pk__in=rows.values("pk")).select_related("contract__provider")
    return list(
        counted.annotate(
            group_size=Count("scorers", filter=taking), signed=Count("scorers", filter=Q(scorers__state=rules.SIGNED))
        )
    )


def section(member, contract, on):
    """The contract page's part about rounds: every evaluation that the contract agrees with its rounds, or None."""
    said = evaluations_of(contract)
    if not said or not allows(member, Permission.EVALUATION_VIEW):
        return None
    rows = listed_rounds(member, on=on, contract=contract)
    adopted = set(
        SchemeVersion.objects.filter(scheme__contract=contract, state="adopted").values_list(
            "scheme__evaluation", flat=True
        )
    )
    return {
        "evaluations": [
            {
                "said": row,
                "rounds": [found for found in rows if found.evaluation == row["code"]],
                "has_scheme": row["code"] in adopted,
            }
            for row in said
        ],
        "may_organise": may_organise(member, contract) and contract.state == Contract.State.ACTIVE,
    }


# --- the score --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Sheets:
    """All signed sheets of a round: points by party, scorer and item; notes by item; what was agreed by party and item."""

    points: dict = field(default_factory=dict)
    agreed: dict = field(default_factory=dict)
    notes: dict = field(default_factory=dict)

    def of(self, party):
        return self.points.get(party, {})

    def agreed_by(self, party):
        return self.agreed.get(party, {})


def sheets_of(round):
    """The signed sheets of the round with what its parties agreed on, in three statements."""
    signed = Scorer.objects.filter(round=round, state=rules.SIGNED).prefetch_related(
        Prefetch("item_scores", queryset=ItemScore.objects.order_by("item"))
    )
    points, notes = {}, {}
    for scorer in signed:
        rows = list(scorer.item_scores.all())
        own = {row.item: row.points for row in rows if row.points is not None}
        points.setdefault(scorer.party, {})[scorer.pk] = own
        for row in rows:
            if row.note:
                # The agency speaks of itself; the others of the agency.
                own_words = f"自评：{row.note}" if scorer.party == schemes.SELF else row.note
                notes.setdefault(row.item, []).append(own_words)
    return Sheets(points, _agreed(round, points), notes)


def _agreed(round, points):
    """{party: {item: points}} of the agreements to which every signed scorer of the party said yes."""
    found = {}
    for row in Agreement.objects.filter(round=round, is_withdrawn=False).prefetch_related("voices"):
        said_yes = {row.proposed_by_id, *(voice.scorer_id for voice in row.voices.all())}
        if set(points.get(row.party, {})) <= said_yes:
            found.setdefault(row.party, {})[row.item] = row.points
    return found


@dataclass(frozen=True)
class Outcome:
    """What the signed sheets come to under the contract: each party's, the total, the lines it lies on, the ways to take it.

    `options` is one Case for a scheme with points, several when the score lies exactly on a line; for passed or failed it
    is what the votes bring.
    """

    scheme: schemes.Scheme
    said: dict
    sheets: Sheets
    totals: list
    total: scoring.Total
    lines: list
    options: list

    @property
    def is_on_line(self):
        return len(self.options) > 1

    @property
    def needs_votes(self):
        return not self.scheme.has_points

    def case(self, side="", result=""):
        """The case that was chosen: by side of the line, or by result; the contract's own reading unless chosen otherwise."""
        if self.needs_votes:
            return rules.case_of_result(self.said, result or self.total.result, followed=scoring.followed)
        return next((case for case in self.options if case.side == side), self.options[0])


def outcome(round):
    """What the round's signed sheets come to; ValueError with what they still lack."""
    scheme, sheets = scheme_of(round), sheets_of(round)
    said = said_of(round.contract, round.evaluation) or {"scheme": scheme.scoring, "consequences": []}
    totals = [
        scoring.party_total(scheme, party.code, sheets.of(party.code), sheets.agreed_by(party.code))
        for party in rules.parties_of(scheme, with_self=True)
        if sheets.of(party.code)
    ]
    total = scoring.total(scheme, totals)
    if not scheme.has_points:
        options = [rules.case_of_result(said, total.result, followed=scoring.followed)]
        return Outcome(scheme, said, sheets, totals, total, [], options)
    lines = scoring.lines_hit(total.points, said.get("consequences", []), said.get("pass", {}))
    options = rules.cases(said, total.points, is_on_line=bool(lines), vetoes=total.vetoes, followed=scoring.followed)
    return Outcome(scheme, said, sheets, totals, total, lines, options)


def concluded_case(round):
    """The case by which a concluded round was taken: its result and the contract's rows that apply."""
    worked, said = round.worked, said_of(round.contract, round.evaluation) or {}
    score = None if round.total is None else Decimal(worked.get("asked", str(round.total)))
    rows = scoring.followed(said.get("consequences", []), score=score, result=round.result)
    return rules.Case(worked.get("side", "exact"), score, round.result, tuple(rows))
