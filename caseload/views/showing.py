"""Rows as lists and pages show them: masked unless the reader handles the case."""

from dataclasses import dataclass

from caseload import queries
from caseload.actions.disclosure import HOUSEHOLD_FIELDS, PERSON_FIELDS
from caseload.casefile.drawn import goal_lines, scale_lines
from caseload.models import Case, Household, Person
from caseload.queries import disclosure
from caseload.queries.outcomes import scale_courses
from caseload.rules import cases as rules
from caseload.rules import forms
from tenancy import clock
from tenancy.permissions import Permission, allows

# The fields of the case forms, as a paper shows them.
WORDS = {
    "willing": "服务意愿", "problems": "困境和问题", "needs": "初步需求", "opinion": "专业意见", "physical": "生理状况", "psychological": "心理状况",
    "social": "社会状况", "strengths": "资源、优势和障碍", "urgent": "问题排序", "aim": "总目标", "model": "介入模式", "steps": "行动步骤和进度",
    "evaluation": "评估方法", "signed_by": "签字人", "signed": "签字", "change": "服务对象的改变", "attained": "目标实现程度", "process": "服务过程评价",
    "conclusion": "结论", "reason": "结案原因", "summary": "结案意见", "text": "内容", "result": "结果", "goals": "目标",
}  # fmt: skip


@dataclass(frozen=True)
class HouseholdRow:
    household: Household
    head: str
    categories: list


def household_rows(households):
    """Households of queries.household_list with the head's masked name and the words of their categories."""
    return [
        HouseholdRow(
            row, str(row.heads[0].name) if row.heads else "", [held.category.label for held in row.present_categories]
        )
        for row in households
    ]


@dataclass(frozen=True)
class PersonRow:
    """A person as the family's page shows it; `opens` tells of each value how it may be opened (queries.disclosure.Opening)."""

    person: Person
    is_minor: bool
    opens: dict


def people_rows(household, *, member, on, at):
    """([PersonRow], {field: how a value of the household's own may be opened})."""
    people = list(household.people.all())
    found, own = disclosure.openings(member, household, people, on=on)
    opens = lambda opening, fields: {name: opening.of(name, at=at) for name in fields}  # noqa: E731 - the same for both
    rows = [PersonRow(person, disclosure.is_minor(person, on=on), opens(found[person.pk], PERSON_FIELDS)) for person in people]  # fmt: skip
    return rows, opens(own, HOUSEHOLD_FIELDS)


def shown_name(member, case):
    """The client's name as the member may see it in the case: in full to those who handle it, of a child else 某某."""
    return disclosure.name_in(disclosure.tie_to_case(member, case), case.person, case.number, on=clock.today())


@dataclass(frozen=True)
class CaseRow:
    case: Case
    name: str
    dues: list
    next: object
    stage: str

    @property
    def state(self):
        return rules.STATE_KINDS[self.case.state], rules.STATE_LABELS[self.case.state]


def case_rows(member, cases, *, on):
    """Cases of queries.case_list with the name that the member may see and the step that is due next."""
    return [
        CaseRow(row.case, shown_name(member, row.case), row.dues, row.next, rules.STAGES[rules.stage_of(row.case)])
        for row in queries.with_deadlines(cases, on=on)
    ]


def case_states(cases):
    """[(case, (kind of badge, word))] for short lists."""
    return [(case, (rules.STATE_KINDS[case.state], rules.STATE_LABELS[case.state])) for case in cases]


def paper_data(paper):
    """[(label, text)] of a paper's own words, in the order of its form."""
    answers = queries.answers_of(paper)
    if paper.kind not in forms.FORMS:
        return [(WORDS.get(name, name), value) for name, value in answers.items() if value]
    sections, others = forms.told(paper.kind, answers, {"reason": rules.CLOSURE_REASONS})
    lines = [(field.label, text) for _, told in sections for field, text in told if text]
    return lines + [(WORDS.get(name, name), text) for name, text in others]


def _forms(case, handles):
    """[(kind, title, the draft or None)] of the forms that can be filled in now, apart from the acts of a stage."""
    if case.state == rules.CLOSED:
        kinds = ["follow_up"]
    elif case.state == rules.OPEN:
        kinds = [kind for kind in forms.ANYTIME if kind != "follow_up" and (kind != "plan" or case.planned_on)]
    else:
        kinds = ["referral"] if rules.allowed("submit_referral", case.state) else []
    drafts = queries.case_drafts(case) if handles else {}
    rows = [(kind, "修订计划" if kind == "plan" else forms.FORMS[kind].title, drafts.get(kind)) for kind in kinds]
    staged = [
        (verb, forms.FORMS[kinds[0]].title, drafts[kinds[0]])
        for verb, kinds in forms.STAGES.items()
        if kinds[0] in drafts
    ]
    return rows, [row for row in staged if row[0] in rules.next_acts(case)]


def _stages(case, dues, asked):
    lines = rules.stage_lines(case, dues, asked)
    return [{"label": label, "state": state, "lines": lines[code]} for code, label, state in rules.stage_states(case)]


def case_page(member, case, *, on):
    """Everything that a case's page shows: stages, papers, deadlines, history, and what the member can do now."""
    dues, asked = queries.case_deadlines(case, on=on), queries.closing_of(case.contract)
    handles, works = (
        queries.handles(member, case),
        queries.may_write(member, case.contract) and allows(member, Permission.CASE_WORK),
    )
    papers = list(queries.case_papers(case))
    scales = scale_courses(papers) if handles else []
    beside = _beside(member, case, dues, handles)
    fillable, drafted = _forms(case, handles) if works and not beside["later"] else ([], [])
    gaps = rules.intake_gaps(case) if case.state == rules.DRAFT else queries.closure_gaps(case, on=on, dues=dues)
    return {
        "case": case, "state": (rules.STATE_KINDS[case.state], rules.STATE_LABELS[case.state]), "name": shown_name(member, case), "handles": handles, "works": works, "dues": dues, "stages": _stages(case, dues, asked),
        "goals": goal_lines(case.goals), "scales": scale_lines(scales, font="inherit"),
        "papers": [(label, there, [paper for paper in papers if paper.kind == kind], kind if kind in rules.COLLECTED else "") for kind, label, there in rules.paper_states(case.papers, asked)],
        "other_papers": [(rules.PAPERS.get(paper.kind, paper.kind), paper) for paper in papers if paper.kind not in asked.papers],
        "fillable": fillable, "drafted": drafted,
        "gaps": [] if case.state in rules.ENDED else gaps, **_acts(case, works and not beside["later"]), "holder": _holder(case, dues),
        "history": [_event(move) for move in reversed(list(queries.case_history(case)))], "may_decide": may_decide(member, case),
        "categories": case.household.categories.filter(to_day=None).select_related("category"), "may_add": works and case.state in rules.GOING, **beside,
        "problem": case.problem.reveal() if handles else "", "summary": case.closure_summary.reveal() if handles else "", "closure_reason": rules.CLOSURE_REASONS.get(case.closure_reason, ""),
    }  # fmt: skip


def _beside(member, case, dues, handles):
    """Reviews, referrals, follow-ups, the chain of reopened cases; what was written only to those who handle the case."""
    reviews, follow_ups = list(queries.reviews_of(case)), list(queries.follow_ups_of(case))
    review, later = rules.review_due(dues), queries.reopened_as(case) if case.state == rules.CLOSED else None
    rows = [
        (row, rules.REFERRAL_KINDS[row.state], row.outcome.reveal() if handles and row.outcome else "")
        for row in queries.referrals_of(case)
    ]
    return {
        "reviews": [(row, row.opinion.reveal() if handles else "") for row in reversed(reviews)], "review_due": review,
        "may_review": case.state == rules.OPEN and bool(case.planned_on) and allows(member, Permission.CASE_REVIEW) and queries.may_write(member, case.contract),
        "referrals": rows, "follow_ups": follow_ups, "alarms": [] if later else rules.follow_up_alarms(follow_ups), "later": later,
    }  # fmt: skip


def _acts(case, works):
    """The act that moves the case on, apart from what else can be done; taking back is never the main one."""
    acts = [(verb, rules.VERBS[verb]) for verb in rules.next_acts(case)] if works else []
    main = acts[0] if acts and acts[0][0] not in rules.RECALLS else None
    return {"main_act": main, "acts": acts[1:] if main else acts}


def _holder(case, dues):
    """In whose hand the case is, with the clock of what is due; None when it has ended."""
    if case.state in rules.ENDED:
        return None
    due = rules.next_due(dues)
    limited = due is not None and due.unit == "working_days"
    waiting = case.state in rules.AWAITING
    verb = {rules.INTAKE_SUBMITTED: "接案审批", rules.CLOSURE_SUBMITTED: "结案审批"}.get(case.state) or rules.VERBS[
        rules.next_acts(case)[0]
    ]
    return {
        "what": verb, "name": f"{case.street.name}主管部门" if waiting else case.worker.account.name, "role": "" if waiting else "社工",
        "elapsed": due.elapsed if limited else 0, "limit": due.within if limited else 0, "due": due.due if limited else None,
    }  # fmt: skip


def may_decide(member, case):
    """Whether the case, or a referral of it, waits for this member."""
    is_own = allows(member, Permission.CASE_APPROVE) and member.organisation.area_id == case.street_id
    return is_own and (case.state in rules.AWAITING or queries.waiting_referral(case) is not None)


def _event(move):
    who = f"{move.by.account.name}，{move.by.organisation.short_name}" if move.by else "系统"
    return {"at": move.at, "text": rules.VERBS.get(move.verb, move.verb), "by": who, "note": move.reason, "url": ""}


ASKED = {
    "intake": ("接案", "submit_intake", "主要问题", ("缺社区意见", "需求不明", "不在服务范围")),
    "closure": ("结案", "submit_closure", "社工结案意见", ("缺本人签名", "目标未说明", "回访安排不清")),
    "referral": ("转介", "submit_referral", "转介原因", ("接收机构不明", "移交材料不全", "缺本人同意")),
}


def decision_pane(member, case, waiting, *, on):
    """What an officer reads before deciding on one case."""
    dues, papers = queries.case_deadlines(case, on=on), list(queries.case_papers(case))
    word, verb, heading, drafts = ASKED[waiting.subject]
    last = next(move for move in reversed(list(queries.case_history(case))) if move.verb == verb)
    checks, summary = _read_first(case, waiting, dues)
    return {
        "case": case, "name": shown_name(member, case), "waiting": waiting, "closing": waiting.subject == "closure", "subject": waiting.subject, "checks": checks, "word": word,
        "reminders": sum(check.state != "ok" for check in checks), "handed_by": last.by, "summary": summary, "heading": heading,
        "intake": next((paper_data(paper) for paper in reversed(papers) if paper.kind == "intake" and paper.data), []),
        "photos": [paper for paper in papers if paper.kind == "photo" and paper.file and paper.file.thumbnail_path][-4:], "papers_count": len(papers),
        "categories": [row.category.label for row in case.household.categories.filter(to_day=None).select_related("category")],
        "drafts": drafts,
    }  # fmt: skip


def _read_first(case, waiting, dues):
    """(checks, the words that the worker wrote) of what is asked."""
    if waiting.subject == "referral":
        answers = queries.answers_of(waiting.referral.paper)
        return rules.referral_checks(case, waiting.referral, answers), answers.get("reason", "")
    words = case.closure_summary if waiting.subject == "closure" else case.problem
    return rules.checks(case, dues, queries.closing_of(case.contract)), words.reveal()
