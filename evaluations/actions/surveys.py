"""Every write of who runs a survey: its questionnaire, the sample, opening and closing, the state of a slip."""

import secrets

from django.db import IntegrityError, transaction
from django.db.models import Max

from documents import canonical
from documents.actions.snapshots import freeze
from evaluations.models import Questionnaire, Survey, SurveyMove, SurveyQuota, SurveySlip
from evaluations.queries import surveys as queries
from evaluations.rules import questionnaires as forms
from evaluations.rules import surveys as rules
from tenancy import audit, clock, keys
from tenancy.models import Area
from tenancy.permissions import ROLES
from tenancy.problems import Conflict, Refused, broken_rule

SECRET_BYTES = 15


# --- the questionnaire --------------------------------------------------------------------------------------------
@transaction.atomic
def save_questionnaire(contract, definition, *, by, at):
    """Keep a questionnaire as its next version under the contract; the same words make no new one. Returns the Questionnaire."""
    found = forms.faults(definition)
    if found:
        raise Refused("问卷没有保存", found)
    if not queries.may_run_for(by, contract):
        raise Refused("只有合同双方和受委托的评估机构可以编问卷")
    definition = canonical.plain(definition)
    code, digest = definition.get("code") or "satisfaction", canonical.digest(definition)
    rows = Questionnaire.objects.filter(contract=contract, code=code)
    last = rows.order_by("-no").first()
    if last is not None and last.digest == digest:
        return last
    try:
        with transaction.atomic():
            made = Questionnaire.objects.create(
                contract=contract, code=code, no=last.no + 1 if last else 1, definition=definition, digest=digest, made_by=by, made_at=at
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict from error
    audit.record("survey.questionnaire", by=by, at=at, target=made, code=code, no=made.no, digest=digest)
    return made


# --- the survey ---------------------------------------------------------------------------------------------------
@transaction.atomic
def create_survey(contract, *, questionnaire, by, at, **values):
    """Begin a draft; its collector is the organisation of whoever makes it. `values` are those of SurveyForm."""
    if not queries.may_run_for(by, contract):
        raise Refused("只有合同双方和受委托的评估机构可以办满意度调查")
    if values["kind"] not in dict(queries.measures(contract)):
        raise Refused("本合同的指标没有数这一类满意度")
    if questionnaire.contract_id != contract.pk:
        raise Refused("问卷不是本合同的")
    side = ROLES[by.role].side
    try:
        with transaction.atomic():
            survey = Survey.objects.create(
                contract=contract, questionnaire=questionnaire, collector=by.organisation, side=side, created_by=by, created_at=at, **values
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(broken_rule(error, Survey, "没有保存")) from error
    _history(survey, "create", by=by, at=at)
    audit.record("survey.create", by=by, at=at, target=survey, contract=contract.code, kind=survey.kind, side=side)
    return survey


@transaction.atomic
def change_survey(survey, *, questionnaire, by, at, **values):
    """Change a draft. A sample that was drawn stays only while whom it is drawn from stays the same."""
    survey = _own_draft(survey, by)
    if values["kind"] not in dict(queries.measures(survey.contract)) or questionnaire.contract_id != survey.contract_id:
        raise Refused("本合同的指标没有数这一类满意度")
    frame = ("population", "served_from", "served_to", "by_category", "target")
    redraw = any(getattr(survey, name) != values[name] for name in frame)
    for name, value in {**values, "questionnaire": questionnaire}.items():
        setattr(survey, name, value)
    if redraw:
        _forget_sample(survey)
    try:
        with transaction.atomic():
            survey.save()
    except IntegrityError as error:
        raise Refused(broken_rule(error, Survey, "没有保存")) from error
    _history(survey, "change", by=by, at=at)
    audit.record("survey.change", by=by, at=at, target=survey, redraw=redraw)
    return survey


@transaction.atomic
def take_questionnaire(survey, definition, *, by, at):
    """Save a draft's questionnaire as its next version and take that version; returns the Questionnaire."""
    survey = _own_draft(survey, by)
    made = save_questionnaire(survey.contract, definition, by=by, at=at)
    Survey.objects.filter(pk=survey.pk).update(questionnaire=made)
    audit.record("survey.change", by=by, at=at, target=survey, questionnaire=made.no)
    return made


def _forget_sample(survey):
    survey.slips.all().delete()
    survey.quotas.all().delete()
    survey.seed, survey.frame = "", None


@transaction.atomic
def draw_sample(survey, *, by, at, seed="", wanted=None):
    """Draw the sample of a draft anew: in strata, by seed, one slip a person; returns the survey.

    `wanted` ({(street id, category): number}) are quotas of one's own; without them the target is shared in proportion.
    The frame is frozen, so that the same seed draws the same people from it at any time.
    """
    survey, on = _own_draft(survey, by), clock.day_of(at)
    frame = queries.frame_of(survey, on=on)
    if not frame:
        raise Refused("这段服务期里没有可抽的服务对象")
    sizes = {stratum: len(people) for stratum, people in frame.items()}
    wanted = wanted or rules.shares(sizes, survey.target)
    problems = [f"配额 {number} 多于总体 {sizes.get(stratum, 0)} 人" for stratum, number in wanted.items() if number > sizes.get(stratum, 0)]  # fmt: skip
    if sum(wanted.values()) > rules.MOST_SLIPS:
        problems.append(f"一次最多抽 {rules.MOST_SLIPS} 人")
    if problems:
        raise Refused("没有抽样", problems)
    _forget_sample(survey)
    survey.seed = seed.strip() or secrets.token_hex(4)
    rows = [{"street": street, "category": category, "people": people} for (street, category), people in frame.items()]
    rows.sort(key=lambda row: (str(row["street"]), row["category"]))
    survey.frame = freeze("survey_frame", {"seed": survey.seed, "strata": rows}, by=by, at=at)
    survey.save(update_fields=["seed", "frame"])
    streets = Area.objects.in_bulk([street for street, _ in frame if street])
    SurveyQuota.objects.bulk_create(
        SurveyQuota(survey=survey, street=streets.get(street), category=category, people=size, wanted=wanted.get((street, category), 0))
        for (street, category), size in sizes.items()
    )  # fmt: skip
    chosen = rules.drawn(survey.seed, frame, wanted)
    _add_slips(
        survey, [(stratum, person) for stratum in sorted(chosen, key=str) for person in chosen[stratum]], first=1
    )
    _history(survey, "draw", by=by, at=at)
    audit.record("survey.draw", by=by, at=at, target=survey, seed=survey.seed, people=sum(sizes.values()), drawn=sum(wanted.values()))  # fmt: skip
    return survey


def _add_slips(survey, chosen, *, first):
    """Slips numbered onward; their numbers follow the order of the seed within each stratum, not that of the ledger."""
    rows = []
    for number, ((street, category), person) in enumerate(chosen, first):
        secret = secrets.token_urlsafe(SECRET_BYTES)
        rows.append(
            SurveySlip(survey=survey, number=number, person_id=person, street_id=street, category=category, secret=secret, secret_index=keys.blind_index(secret))
        )  # fmt: skip
    SurveySlip.objects.bulk_create(rows)


@transaction.atomic
def draw_more(survey, *, by, at):
    """Draw the next people of the frozen frame in place of those who refused or weren't found; returns how many."""
    survey = Survey.objects.select_for_update(of=("self",)).select_related("contract", "frame").get(pk=survey.pk)
    if not queries.may_manage(by, survey) or survey.state != rules.OPEN:
        raise Refused("只能为进行中的本单位调查补抽")
    frame, chosen = queries.frozen_frame(survey), []
    for line in queries.quota_lines(survey):
        quota = line["quota"]
        stratum = (quota.street_id, quota.category)
        short = line["left"] - line["waiting"]
        known = {str(pk) for pk in survey.slips.filter(street=quota.street_id, category=quota.category).values_list("person", flat=True)}  # fmt: skip
        chosen += [(stratum, person) for person in rules.further(survey.seed, frame.get((str(quota.street_id) if quota.street_id else None, quota.category), ()), known, short)] if short > 0 else []  # fmt: skip
    if not chosen:
        raise Refused("没有要补的，或总体已经抽完")
    last = survey.slips.aggregate(last=Max("number"))["last"] or 0
    _add_slips(survey, chosen, first=last + 1)
    audit.record("survey.draw_more", by=by, at=at, target=survey, drawn=len(chosen))
    return len(chosen)


@transaction.atomic
def open_survey(survey, *, by, at):
    """Take answers from now on. The questionnaire's version, the sample and the days stay as they are from here."""
    survey = _own_draft(survey, by)
    gaps = rules.opening_gaps(
        ways=survey.ways,
        has_sample=survey.slips.exists(),
        definition_faults=forms.faults(survey.questionnaire.definition),
    )
    if clock.day_of(at) > survey.to_day:
        gaps.append("截止日期已过")
    if gaps:
        raise Refused("没有开放", gaps)
    changes = {"opened_at": at}
    if rules.LINK in survey.ways:
        secret = secrets.token_urlsafe(SECRET_BYTES)
        survey.link_secret, survey.link_index = secret, keys.blind_index(secret)
        survey.save(update_fields=["link_secret", "link_index"])
    survey = _move(survey, "open", by=by, at=at, changes=changes)
    audit.record("survey.open", by=by, at=at, target=survey, questionnaire=survey.questionnaire.digest)
    return survey


@transaction.atomic
def close_survey(survey, *, by, at):
    """Take no answer any more. Paper that came before must have been entered."""
    survey = Survey.objects.select_for_update(of=("self",)).select_related("contract").get(pk=survey.pk)
    if not queries.may_manage(by, survey):
        raise Refused("只有调查方可以结束调查")
    survey = _move(survey, "close", by=by, at=at, changes={"closed_at": at})
    audit.record("survey.close", by=by, at=at, target=survey, answers=queries.counted(survey).count())
    return survey


@transaction.atomic
def note_slip(slip, *, state, by, at):
    """An interviewer notes that a drawn person refused, was not found, or is to be visited after all."""
    if not queries.may_enter(by, slip.survey) or slip.survey.state != rules.OPEN:
        raise Refused("只有进行中调查的访员可以登记")
    if state not in (rules.REFUSED, rules.ABSENT, rules.WAITING):
        raise Refused("没有这种结果")
    if not SurveySlip.objects.filter(pk=slip.pk).exclude(state=rules.ANSWERED).update(state=state):
        raise Conflict("这个编号已经答过")
    audit.record("survey.slip", by=by, at=at, target=slip.survey, number=slip.number, state=state)


@transaction.atomic
def note_slips_printed(survey, *, slips, by, at):
    """Leave a trace of the slips that were printed."""
    audit.record("survey.print_slips", by=by, at=at, target=survey, slips=slips)


@transaction.atomic
def note_originals_taken(survey, *, by, at):
    """Leave a trace of a copy of the originals."""
    audit.record("survey.export", by=by, at=at, target=survey)


def _own_draft(survey, by):
    rows = Survey.objects.select_for_update(of=("self",)).select_related("contract", "questionnaire")
    survey = rows.get(pk=survey.pk)
    if not queries.may_manage(by, survey):
        raise Refused("只有调查方可以改这份调查")
    if survey.state != rules.DRAFT:
        raise Refused("调查已经开放，不能再改")
    return survey


def _move(survey, verb, *, by, at, changes):
    sources, goal = rules.MOVES[verb]
    if survey.state not in sources:
        raise Conflict
    if not Survey.objects.filter(pk=survey.pk, state=survey.state).update(state=goal, **changes):
        raise Conflict
    _history(survey, verb, by=by, at=at)
    survey.refresh_from_db()
    return survey


def _history(survey, verb, *, by, at):
    SurveyMove.objects.create(survey=survey, verb=verb, by=by, at=at)
