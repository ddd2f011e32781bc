"""What waits around evaluation: sheets, statements, rounds, consequences, orders, inquiries, breaches, surveys, ratings."""

from django.db.models import Count, F, Q

from evaluations.models import AcceptanceAppeal, Breach, Inquiry, LeadChange, Rectification, Round, Survey
from evaluations.queries import consequences, ratings
from evaluations.queries import sheets as sheet_queries
from evaluations.rules import breaches as breach_rules
from evaluations.rules import rectification as order_rules
from evaluations.rules import rounds as round_rules
from evaluations.rules.consequences import effect_told
from evaluations.rules.ratings import ANSWER_DAYS
from tenancy import clock
from tenancy.permissions import Permission

# Calendar days before the end of a survey from which on a quota that is not reached is told.
SURVEY_DAYS = 14
SHEET_WORDS = {"assigned": ("声明利害关系", "声明"), "declared": ("评分、签名", "评分")}


def sheets(reader):
    """The member's own sheets, and the agency's own evaluation: to be declared, scored, signed."""
    for row in sheet_queries.waiting(reader.member, on=reader.on):
        is_self = row.party == "self"
        note, verb = ("乙方自评，提交后开始评分", "自评") if is_self else SHEET_WORDS[row.state]
        until = row.round.self_until if is_self and row.round.self_until else min(row.to_day, row.round.scores_until)
        yield _until(reader, row.round.title, note, row.round.contract, row.assigned_at, until, "evaluations:sheet", verb, row.pk)  # fmt: skip


def statements(reader):
    """Rounds that wait for the agency's statement on the scores."""
    for row in _of_own_agency(reader, Round.objects.filter(state=round_rules.STATEMENT)):
        yield _until(reader, f"{row}：陈述意见", "评分已全部签名", row.contract, row.prepared_at, row.statement_until, "evaluations:round", "陈述", row.pk)  # fmt: skip


def rounds(reader):
    """Rounds for the purchaser to open, to take on after a time that is over, or to conclude."""
    late = Q(state=round_rules.STATEMENT, statement_until__lt=reader.on) | Q(
        state=round_rules.SELF_EVALUATION, self_until__lt=reader.on
    )
    wanted = Q(state__in=[round_rules.PREPARED, round_rules.STATED]) | late
    for row in _of_own_bureau(reader, Round.objects.filter(wanted)):
        if row.state == round_rules.STATED:
            yield reader.waiting(f"{row}：登记结论", "评分、陈述已齐", row.contract, clock.day_of(row.stated_at or row.prepared_at), ANSWER_DAYS, "evaluations:round", "登记结论", pk=row.pk)  # fmt: skip
        else:
            note = "待安排评分人、固定事实" if row.state == round_rules.PREPARED else f"{row.get_state_display()}的期限已过"  # fmt: skip
            yield reader.waiting(str(row), note, row.contract, clock.day_of(row.prepared_at), 0, "evaluations:round", "办理", pk=row.pk)  # fmt: skip


def decisions(reader):
    """Consequences that another person has proposed; nobody decides on their own."""
    for row in consequences.waiting(reader.member, on=reader.on):
        told = effect_told(row.effect, row.months, row.years)
        yield reader.waiting(f"{told}，待决定", row.title, row.contract, clock.day_of(row.proposed_at), ANSWER_DAYS, "evaluations:consequence", "决定", pk=row.pk)  # fmt: skip


def orders_to_reply(reader):
    """Orders that the agency has in hand."""
    for row in _of_own_agency(reader, Rectification.objects.filter(state__in=order_rules.WITH_AGENCY)):
        note = f"{'退回：' if row.state == 'returned' else ''}{_short(row.issue)}"
        yield _until(reader, str(row), note, row.contract, row.ordered_at, row.due_on, "evaluations:order", "答复", row.pk)  # fmt: skip


def orders_to_verify(reader):
    """Orders that the agency has replied to, and those whose day has passed without a reply."""
    wanted = Q(state="replied") | Q(state__in=order_rules.WITH_AGENCY, due_on__lt=reader.on)
    for row in _of_own_bureau(reader, Rectification.objects.filter(wanted)):
        replied = row.state == "replied"
        note, verb = ("乙方已答复", "核验") if replied else (f"{row.due_on:%m-%d} 到期没有答复", "处理")
        since = clock.day_of(row.replied_at) if replied else row.due_on
        yield reader.waiting(str(row), note, row.contract, since, ANSWER_DAYS, "evaluations:order", verb, pk=row.pk)


def inquiries_to_answer(reader):
    """Questions and calls that the agency has to answer."""
    for row in _of_own_agency(reader, Inquiry.objects.filter(state="open")):
        until = row.due_on or clock.day_of(row.reply_by)
        yield _until(reader, f"{row.get_kind_display()}：{row.title}", _short(row.words), row.contract, row.asked_at, until, "evaluations:inquiry", "答复", row.pk)  # fmt: skip


def inquiries_to_close(reader):
    """Answers that the purchaser has not closed or asked about again."""
    for row in _of_own_bureau(reader, Inquiry.objects.filter(state="answered")):
        yield reader.waiting(f"{row.get_kind_display()}：{row.title}", "乙方已答复", row.contract, clock.day_of(row.answered_at), ANSWER_DAYS, "evaluations:inquiry", "办结", pk=row.pk)  # fmt: skip


def breaches_to_state(reader):
    """Breaches on which the agency may state its case."""
    for row in _of_own_agency(reader, Breach.objects.filter(state=breach_rules.REGISTERED)):
        yield _until(reader, f"{row}：陈述", _short(row.facts), row.contract, row.registered_at, row.state_until, "evaluations:breach", "陈述", row.pk)  # fmt: skip


def breaches_to_decide(reader):
    """Breaches that can be decided: the agency has stated its case, given it up, or its time is over; nobody decides on their own."""
    ready = Q(state__in=["stated", "waived"]) | Q(state=breach_rules.REGISTERED, state_until__lt=reader.on)
    rows = Breach.objects.filter(ready).exclude(registered_by__account_id=reader.member.account_id)
    for row in _of_own_bureau(reader, rows):
        since = clock.day_of(row.stated_at) if row.stated_at else row.state_until
        yield reader.waiting(f"{row}，待认定", f"{row.get_state_display()}；{_short(row.facts)}", row.contract, since, ANSWER_DAYS, "evaluations:breach", "认定", pk=row.pk)  # fmt: skip


def lead_changes(reader):
    """A new project lead that the agency has named and the purchaser has not consented to."""
    for row in _of_own_bureau(reader, LeadChange.objects.filter(state="proposed")):
        yield _until(reader, "更换项目负责人", f"{row.change_on:%m-%d} 起更换，须书面同意", row.contract, row.proposed_at, row.change_on, "evaluations:lead_change", "答复", row.pk)  # fmt: skip


def appeals(reader):
    """What the agency states against a failed acceptance and the purchaser has not answered."""
    rows = AcceptanceAppeal.objects.filter(replied_at=None, acceptance__contract__in=reader.contracts())
    rows = rows.filter(acceptance__contract__purchaser_id=reader.member.organisation_id)
    for row in rows.select_related("acceptance__contract"):
        yield reader.waiting(f"第 {row.acceptance.round} 轮验收申述", _short(row.words), row.acceptance.contract, clock.day_of(row.made_at), ANSWER_DAYS, "evaluations:acceptance", "答复", pk=row.acceptance_id)  # fmt: skip


def surveys(reader):
    """The organisation's own surveys that are over or nearly so while answers are missing."""
    rows = Survey.objects.filter(state="open", collector_id=reader.member.organisation_id)
    rows = rows.annotate(came=Count("responses", filter=Q(responses__void=None))).filter(came__lt=F("target"))
    for row in rows.select_related("contract"):
        if (row.to_day - reader.on).days <= SURVEY_DAYS:
            yield _until(reader, row.title, f"收回 {row.came} / {row.target} 份", row.contract, row.opened_at, row.to_day, "evaluations:survey", "催收", row.pk)  # fmt: skip


def ratings_due(reader):
    """Periods of which the agency has not rated the purchaser."""
    for contract, period in ratings.due(reader.member, on=reader.on):
        yield reader.waiting(f"评价甲方：{period.title}", f"{period.from_day:%Y-%m-%d} 至 {period.to_day:%Y-%m-%d}", contract, period.to_day, 0, "evaluations:rate", "评价", pk=contract.pk, period=period.code)  # fmt: skip


def _of_own_agency(reader, rows):
    """Rows of the contracts that the member's own agency performs; one statement."""
    return rows.filter(contract__provider_id=reader.member.organisation_id).select_related("contract")


def _of_own_bureau(reader, rows):
    """Rows of the contracts that the member's own bureau has given; one statement."""
    rows = rows.filter(contract__in=reader.contracts(), contract__purchaser_id=reader.member.organisation_id)
    return rows.select_related("contract")


def _until(reader, title, note, contract, since, until, route, verb, pk):
    """A Waiting with a last day: its working days are those from the moment it came to that day."""
    day = min(clock.day_of(since), until or reader.on)
    limit = max(reader.calendar.between(day, until), 1) if until else 0
    return reader.waiting(title, note, contract, day, limit, route, verb, pk=pk)


def _short(words):
    return words.splitlines()[0][:50] if words else ""


SOURCES = (
    (Permission.EVALUATION_SCORE, sheets),
    (Permission.EVALUATION_STATE, sheets),
    (Permission.EVALUATION_STATE, statements),
    (Permission.ACCEPTANCE_ORGANISE, rounds),
    (Permission.ACCEPTANCE_ORGANISE, appeals),
    (Permission.CONSEQUENCE_DECIDE, decisions),
    (Permission.ISSUE_REPLY, orders_to_reply),
    (Permission.CHECK_MANAGE, orders_to_verify),
    (Permission.ISSUE_REPLY, inquiries_to_answer),
    (Permission.CHECK_MANAGE, inquiries_to_close),
    (Permission.ISSUE_REPLY, breaches_to_state),
    (Permission.CONSEQUENCE_DECIDE, breaches_to_decide),
    (Permission.CHECK_MANAGE, lead_changes),
    (Permission.SURVEY_MANAGE, surveys),
    (Permission.PURCHASER_RATE, ratings_due),
)
