"""Reads of surveys: who may see which, the sample's frame, what came in, and what it comes to."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

from django.db.models import Count, Q, Sum
from django.http import Http404
from ruamel.yaml import YAML

from caseload.models import Case, Category, HouseholdCategory, Person
from caseload.queries.samples import people_named
from caseload.rules.scrubbing import scrub
from contracts.models import Contract
from contracts.queries import contract_areas, labels, visible_contracts
from evaluations.models import Survey, SurveyResponse, SurveySlip
from evaluations.queries.rounds import places_of
from evaluations.rules import questionnaires as forms
from evaluations.rules import surveys as rules
from services.models import ServiceRecord
from services.queries.asked import Questions
from tenancy import keys
from tenancy.permissions import ROLES, Permission, allows

LIBRARY = Path(__file__).resolve().parents[1] / "library" / "questionnaires"
NO_STRATUM = (None, "")
PROVIDER = "provider"
# Where the tenant has no word of its own for the commonest measure.
WORDS = {"satisfaction": "服务满意度"}


# --- who sees what ------------------------------------------------------------------------------------------------
def reached_contracts(member, *, on):
    """The contracts whose surveys the member may see: its visible ones, and for an evaluator those that it scores."""
    rows = visible_contracts(member, on=on).order_by().values("pk")
    side = ROLES[member.role].side
    if side == "evaluator":
        return Contract.objects.filter(Q(pk__in=rows) | Q(pk__in=places_of(member, on=on).values("round__contract_id")))
    if side == PROVIDER:  # one to whom a contract is open for reading is no party to its surveys
        return Contract.objects.filter(pk__in=rows, provider_id=member.organisation_id)
    return Contract.objects.filter(pk__in=rows)


def visible_surveys(member, *, on):
    """The surveys that the member may see: its own organisation's, and those of others once they have opened."""
    rows = Survey.objects.filter(contract__in=reached_contracts(member, on=on).order_by().values("pk"))
    return rows.filter(Q(collector_id=member.organisation_id) | ~Q(state=rules.DRAFT))


def get_survey(member, pk, *, on):
    """A survey that the member may see, with its contract and questionnaire, or 404."""
    rows = visible_surveys(member, on=on).select_related(
        "contract__provider", "contract__purchaser", "questionnaire", "collector", "frame"
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_contract(member, pk, *, on):
    """A contract for which the member may run a survey, or 404."""
    rows = reached_contracts(member, on=on).select_related("provider", "purchaser")
    found = rows.filter(pk=pk).first()
    if found is None or not may_run_for(member, found):
        raise Http404
    return found


def get_response(member, pk, *, on):
    """An original answer that the member may read, or 404."""
    rows = SurveyResponse.objects.select_related(
        "survey__contract", "survey__questionnaire", "street", "answer", "scan"
    )
    found = rows.filter(pk=pk, survey__in=visible_surveys(member, on=on).order_by().values("pk")).first()
    if found is None or not reads_originals(member, found.survey):
        raise Http404
    return found


def get_slip(member, pk, *, on):
    """A slip of a survey that the member's own organisation runs, or 404."""
    rows = SurveySlip.objects.select_related("survey__contract", "survey__questionnaire", "person__household")
    found = rows.filter(pk=pk, survey__in=visible_surveys(member, on=on).order_by().values("pk")).first()
    if found is None or not may_enter(member, found.survey):
        raise Http404
    return found


def may_run_for(member, contract):
    """Whether the member may run surveys under the contract: its purchaser, its provider, or an evaluator who reaches it."""
    if not allows(member, Permission.SURVEY_MANAGE):
        return False
    party = {"purchaser": contract.purchaser_id, PROVIDER: contract.provider_id}
    return party.get(ROLES[member.role].side, member.organisation_id) == member.organisation_id


def may_manage(member, survey):
    """Whether the member may change, draw, open and close the survey: it is their own organisation's."""
    return survey.collector_id == member.organisation_id and may_run_for(member, survey.contract)


def may_enter(member, survey):
    """Whether the member may enter paper and interviews of the survey."""
    return survey.collector_id == member.organisation_id and allows(member, Permission.SURVEY_ENTER)


def reads_originals(member, survey):
    """Whether the member may read the original answers: who runs it, and those for whom originals are kept."""
    if ROLES[member.role].side == PROVIDER:
        return may_manage(member, survey)
    return may_manage(member, survey) or allows(member, Permission.SURVEY_ORIGINALS)


def sees_results(member, survey):
    """Whether the member may see what came in: an agency that somebody else asks about only after the end."""
    own = survey.collector_id == member.organisation_id
    return own or ROLES[member.role].side != PROVIDER or survey.state == rules.CLOSED


# --- what a survey is about ---------------------------------------------------------------------------------------
def measures(contract):
    """[(code, word)] of the measures of satisfaction that the contract's indicators count."""
    return [
        (code, WORDS.get(code, code) if word == code else word) for code, word in Questions(contract).counted("answer")
    ]


def library():
    """{code: definition} of the questionnaires that come with the program."""
    return {path.stem: YAML(typ="safe", pure=True).load(path.read_text()) for path in sorted(LIBRARY.glob("*.yaml"))}


def read_questionnaire(survey):
    """The questionnaire of a survey, read."""
    return forms.parse(survey.questionnaire.definition)


# --- the frame ----------------------------------------------------------------------------------------------------
def frame_of(survey, *, on):
    """{(street id or None, category): [person ids]} of the people served under the contract in the survey's time.

    A record about a household stands for its head; a child under 14 is stood for by the head. Everybody is there once, in
    one stratum; three statements.
    """
    served = _served(survey)
    people = Person.objects.filter(
        Q(pk__in=served.values("person"))
        | Q(household__in=served.filter(person=None).values("household"), is_head=True)
    )
    found = list(people.values_list("pk", "birth_date", "household", "household__street").order_by())
    heads = dict(
        Person.objects.filter(is_head=True, household__in={row[2] for row in found}).values_list("household", "pk")
    )
    categories = _categories(survey, on=on) if survey.by_category else {}
    strata = {}
    for pk, born_on, household, street in found:
        chosen = rules.asked_instead(born_on, pk, heads.get(household), survey.served_to)
        strata.setdefault((street, categories.get(household, "")), set()).add(chosen)
    return {stratum: sorted(chosen, key=str) for stratum, chosen in strata.items()}


def _served(survey):
    """The rows (person, household) that say who was served in the survey's time."""
    if survey.population == "cases":
        rows = Case.objects.filter(contract=survey.contract_id, opened_on__lte=survey.served_to)
        return rows.filter(Q(closed_on=None) | Q(closed_on__gte=survey.served_from)).order_by()
    rows = ServiceRecord.objects.filter(contract=survey.contract_id, state=ServiceRecord.State.VERIFIED)
    rows = rows.filter(day__range=(survey.served_from, survey.served_to))
    return rows.filter(Q(person__isnull=False) | Q(household__isnull=False)).order_by()


def _categories(survey, *, on):
    """{household: code of its first category by the tenant's order}."""
    rows = HouseholdCategory.objects.filter(household__contract=survey.contract_id, from_day__lte=survey.served_to)
    rows = rows.filter(Q(to_day=None) | Q(to_day__gte=survey.served_from)).order_by("-category__sort")
    return dict(rows.values_list("household", "category__code"))


def frozen_frame(survey):
    """The frame as it was drawn from: {(street id as text or None, category): [person ids as text]}."""
    rows = survey.frame.data["strata"] if survey.frame else []
    return {(row["street"], row["category"]): row["people"] for row in rows}


# --- the list for interviewers ------------------------------------------------------------------------------------
def category_words():
    """{code: word} of the tenant's categories."""
    return dict(Category.objects.values_list("code", "label"))


def quota_lines(survey):
    """[{quota, answered, left, waiting, label}] of a survey's strata; three statements however many."""
    slips, words = Counter(), category_words() if survey.by_category else {}
    for street, category, state, number in (
        survey.slips.order_by().values_list("street", "category", "state").annotate(Count("pk"))
    ):
        slips[(street, category, state)] += number
    lines = []
    for quota in survey.quotas.select_related("street"):
        stratum = (quota.street_id, quota.category)
        answered = slips[(*stratum, rules.ANSWERED)]
        name = quota.street.name if quota.street else "未分街道"
        lines.append({
            "quota": quota, "answered": answered, "left": max(0, quota.wanted - answered), "waiting": slips[(*stratum, rules.WAITING)],
            "label": f"{name}　{words.get(quota.category, quota.category)}" if quota.category else name,
        })  # fmt: skip
    return lines


def slip_states(survey):
    """{state: number} of a survey's slips."""
    return dict(survey.slips.order_by().values_list("state").annotate(Count("pk")))


def names_people(member):
    """Whether the member sees who was drawn: an evaluator never does."""
    return ROLES[member.role].side != "evaluator" and allows(member, Permission.LEDGER_VIEW)


def slip_lines(survey, member):
    """[(slip, household or None, name or "")] of the drawn people: masked as everywhere, and nobody who has answered."""
    rows = survey.slips.select_related("street", "person__household")
    knows = names_people(member)
    lines = []
    for slip in rows:
        shown = knows and slip.state != rules.ANSWERED
        lines.append((slip, slip.person.household if shown else None, str(slip.person.name) if shown else ""))
    return lines


def strata_lines(survey, results):
    """[(label, quota or None, Tally)] of the strata that answered or were to, in order."""
    words, quotas = strata_words(survey), {}
    for line in quota_lines(survey):
        quota = line["quota"]
        quotas[(quota.street_id, quota.category)] = line
        words[(quota.street_id, quota.category)] = line["label"]
    strata = list(dict.fromkeys([*quotas, *results.strata]))
    return [(words.get(one, "未填街道"), quotas.get(one), results.strata.get(one, rules.Tally())) for one in strata]


def indicators_of(survey):
    """The indicators of the contract that count the survey's measure."""
    return [row for row in survey.contract.indicators.all() if row.definition.get("of") == f"answer.{survey.kind}"]


# --- the door -----------------------------------------------------------------------------------------------------
def find_door(secret):
    """(survey, slip or None) behind a secret of the open tenant, or (None, None)."""
    index = keys.blind_index(secret)
    rows = Survey.objects.select_related("contract__provider", "questionnaire", "collector")
    survey = rows.filter(link_index=index).first()
    if survey is not None:
        return survey, None
    slip = SurveySlip.objects.select_related("street").filter(secret_index=index).first()
    return (rows.get(pk=slip.survey_id), slip) if slip is not None else (None, None)


def has_answered(survey, once):
    """Whether an answer with this mark is there."""
    return SurveyResponse.objects.filter(survey=survey, once=once).exists()


def streets(survey):
    """The streets that somebody who answers openly may choose from; [] where there is no choice."""
    found = contract_areas(survey.contract)
    return found if len(found) > 1 else []


# --- results ------------------------------------------------------------------------------------------------------
def counted(survey):
    """The answers of a survey that were not made void."""
    return survey.responses.filter(void=None)


def results(survey, questionnaire=None):
    """The Results of a survey; one statement."""
    rows = (
        counted(survey).order_by().values_list("way", "street", "category", "answers", "satisfied", "score", "is_valid")
    )
    given = [rules.Given(way, (street, category), *rest) for way, street, category, *rest in rows]
    return rules.results(questionnaire or read_questionnaire(survey), given)


def tallies(surveys):
    """{survey id: Tally} of many surveys, each by itself; one statement."""
    rows = SurveyResponse.objects.filter(survey__in=[row.pk for row in surveys], void=None).order_by().values("survey")
    rows = rows.annotate(
        came=Count("pk"),
        valid=Count("pk", filter=Q(is_valid=True)),
        judged=Count("pk", filter=Q(is_valid=True, satisfied__isnull=False)),
        satisfied=Count("pk", filter=Q(is_valid=True, satisfied=True)),
        scored=Count("score", filter=Q(is_valid=True)),
        points=Sum("score", filter=Q(is_valid=True)),
    )
    found = {row.pop("survey"): rules.Tally(**{**row, "points": row["points"] or Decimal(0)}) for row in rows}
    return {row.pk: found.get(row.pk, rules.Tally()) for row in surveys}


def strata_words(survey):
    """{(street id, category): words} of every stratum of the survey's answers."""
    words = category_words()
    found = {NO_STRATUM: "未填街道"}
    rows = counted(survey).order_by().values_list("street", "category", "street__name").distinct()
    for street, category, name in rows:
        place = name or "未填街道"
        found[(street, category)] = f"{place}　{words.get(category, category)}" if category else place
    return found


def words_of(survey, member):
    """[(question, [what people wrote])] of a survey to those who read originals; scrubbed for an evaluator."""
    written = [json.loads(row.words.reveal()) for row in counted(survey).filter(words__isnull=False)]
    found = {}
    for words in _scrubbed(written, member):
        for code, text in words.items():
            found.setdefault(code, []).append(text)
    return [(one, found[one.code]) for one in read_questionnaire(survey).questions if one.code in found]


def _scrubbed(written, member):
    """Words as the member may read them: an evaluator gets them without numbers, addresses and the names on the ledgers."""
    if ROLES[member.role].side != "evaluator" or not written:
        return written
    known = people_named("\n".join(text for words in written for text in words.values()))
    return [{code: scrub(text, known) for code, text in words.items()} for words in written]


def originals(survey):
    """Every original answer of a survey in the order of arrival, void ones too."""
    return survey.responses.select_related("street", "void__by__account", "entered_by__account", "scan")


def original_words(responses, member):
    """{response id: {code: what was written}} of originals, as the member may read them."""
    rows = [row for row in responses if row.words]
    written = _scrubbed([json.loads(row.words.reveal()) for row in rows], member)
    return {row.pk: words for row, words in zip(rows, written, strict=True)}


# --- lists --------------------------------------------------------------------------------------------------------
def listed(member, *, on, contract=None):
    """[(survey, word of its measure, Tally or None)] by contract and measure, newest first; None where it isn't shown yet.

    Each stands by itself: surveys are never added together, neither of different measures nor of different collectors.
    """
    rows = visible_surveys(member, on=on).select_related("contract__provider", "collector", "questionnaire")
    if contract is not None:
        rows = rows.filter(contract=contract)
    surveys = list(rows.order_by("contract__code", "kind", "-created_at"))
    found, words = tallies(surveys), kind_words()
    return [
        (row, words.get(row.kind, row.kind), found[row.pk] if sees_results(member, row) else None) for row in surveys
    ]


def kind_words():
    """{code: word} of the kinds of answers."""
    return WORDS | labels("kind")


def beside(survey, member, *, on):
    """[(survey, Tally)] of the other surveys of the same measure that the member may see: side by side, never added."""
    rows = visible_surveys(member, on=on).filter(contract=survey.contract_id, kind=survey.kind).exclude(pk=survey.pk)
    shown = [row for row in rows.exclude(state=rules.DRAFT).select_related("collector") if sees_results(member, row)]
    found = tallies(shown)
    return [(row, found[row.pk]) for row in shown]


def runnable_contracts(member, *, on):
    """The contracts for which the member may begin a survey."""
    if not allows(member, Permission.SURVEY_MANAGE):
        return []
    rows = reached_contracts(member, on=on).filter(state=Contract.State.ACTIVE).order_by("code")
    return [row for row in rows if may_run_for(member, row)]


def section(member, contract, on):
    """What the contract's page shows of its surveys, or None for those who see none."""
    if not allows(member, Permission.EVALUATION_VIEW):
        return None
    rows = listed(member, on=on, contract=contract)
    may_run = may_run_for(member, contract) and reached_contracts(member, on=on).filter(pk=contract.pk).exists()
    if not rows and not may_run:
        return None
    return {"surveys": rows, "may_run_survey": may_run, "contract": contract}
