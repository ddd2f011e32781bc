"""Cases through their six stages: each a chain of acts at their days, by the worker and the officer of the street."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from caseload import queries
from caseload.actions import cases as acts
from caseload.actions import papers
from config.demo import activities
from config.demo.stage import moment
from services.actions import answers

PROBLEMS = (
    "独居，就医不便",
    "失业在家，收入不稳",
    "家庭照料压力大",
    "情绪低落，少与人来往",
    "子女学业困难",
    "慢性病管理不规律",
    "不了解应享政策",
)
INTAKE = {
    "contact_mode": "入户面谈", "in_scope": "是", "willing": "愿意", "needs": "政策、就医、社会支持", "opinion": "建议接案",
    "community_opinion": "经了解情况属实，同意纳入个案服务",
}  # fmt: skip
ASSESSMENT = {
    "methods": ["面谈", "家庭访视"], "physical": "慢性病，按时服药", "psychological": "情绪尚稳", "social": "亲属支持少，邻里往来不多",
    "strengths": "愿意参与社区活动；亲属不在身边", "urgent": "一、社会支持；二、就医；三、应享政策", "risk": "低",
}  # fmt: skip
# (aim, model, steps), [(goal, before, after, to be reached)]
PLANS = (
    (("改善睡眠，恢复外出", "任务中心", "每两至三周面谈一次"), [("改善睡眠", "4 小时", "6.5 小时", "7 小时"), ("每周外出", "1 次", "3 次", "4 次")]),
    (("办妥应享待遇", "个案管理", "陪同办理，跟进结果"), [("办理护理补贴", "未享受", "已享受", "已享受"), ("每周有人探访", "0 次", "2 次", "2 次")]),
    (("缓解照料压力", "支持系统", "链接社区照料资源"), [("每周喘息时间", "0 小时", "4 小时", "5 小时"), ("照料者压力自评", "8 分", "5 分", "4 分")]),
    (("提高就业意愿和技能", "优势视角", "就业信息、技能培训"), [("投递岗位", "0 个", "3 个", "4 个"), ("参加培训", "0 次", "1 次", "1 次")]),
)  # fmt: skip
AGREEMENT = {"consents": ["记录服务过程", "拍照"], "term": "签订之日起 6 个月", "signed_by": "本人"}
PROCESS = {
    "time": "9:30—10:20", "place": "服务对象家中", "direct": "直接介入", "mode": "入户面谈", "goal": "回顾各次介入，商量结案", "content": "与本人回顾目标和各次介入，整理可继续使用的资源，商定结案和回访安排。",
    "response": "认可变化，愿意继续参加社区活动", "next": "填写评估记录表，提交结案",
}  # fmt: skip
SATISFACTION = {
    "service": "个案服务", "anonymous": "否", "mode": "工作人员读题代填",
    **dict.fromkeys(("attitude", "speed", "skill", "effect", "respect"), "满意"),
}  # fmt: skip
EVALUATION = {
    "change": "情绪平稳，能主动求助", "attained": "见目标与结果", "process": "按计划完成，介入方式合适", "satisfied": "满意", "conclusion": "建议结案",
}  # fmt: skip
SUMMARY = "各项目标基本达成，本人情绪稳定，社区志愿者接续探访；与本人商定结案，转入半年回访。"
FOLLOW_UP = {
    "mode": "电话",
    "person": "本人",
    "status": "生活平稳，仍参加社区活动，成效保持",
    "special": "没有",
    "reopen": "否",
}
# Telephone first, then face to face, one linking of resources: mode and whether the client was met.
MODES = ("interview", "home", "phone", "interview", "home", "interview", "phone")


@dataclass
class Course:
    """One case's course: its days, and where it stops or deviates."""

    family: object
    identified: date
    gap: int = 18
    modes: tuple = MODES[:5]
    paces: tuple = (4, 2, 1, 7, 3)  # working days to contact, intake, approval, assessment, plan
    closing: int = 3
    officer_days: int = 2
    stops_after: str = ""
    satisfied: bool = True
    crisis: bool = False
    late: dict = field(default_factory=dict)


@dataclass
class Told:
    """A case on its way: what the acts have in common."""

    stage: object
    course: Course
    number: int
    case: object = None
    day: date = None

    @property
    def household(self):
        return self.stage.households[self.course.family.number]

    @property
    def worker(self):
        return self.stage.worker_for(self.household.area)

    def then(self, act, working_days, time):
        """The next act, so many working days after this one."""
        self.day = self.stage.after(self.day, working_days)
        self.stage.later(act, self.day, time, told=self)

    def stops(self, step):
        return self.course.stops_after == step


def begin(stage, course, number):
    """Put a case on the agenda from the day on which the person was found."""
    told = Told(stage, course, number, day=stage.workday(course.identified))
    stage.later(_start, told.day, "09:00", told=told)


def _start(told, *, at):
    person = told.household.people.all()[0]
    told.case = acts.start_case(
        person=person, worker=told.worker, identified_on=at.date(), problem=PROBLEMS[told.number % len(PROBLEMS)],
        source="主动发现" if told.number % 9 == 0 else "台账筛选", is_crisis=told.course.crisis, by=told.worker, at=at,
    )  # fmt: skip
    if not told.stops("start"):
        told.then(_contact, told.course.paces[0], "10:30")


def _contact(told, *, at):
    told.case = acts.note_first_contact(told.case, on=at.date(), by=told.worker, at=at)
    if told.stops("withdraw"):
        told.then(_withdraw, 3, "15:00")
    elif not told.stops("contact"):
        told.then(_submit_intake, told.course.paces[1], "16:30")


def _withdraw(told, *, at):
    acts.withdraw_case(told.case, reason="本人表示暂不需要，已告知求助方式", by=told.worker, at=at)


def _file(told, verb, at, goals=(), **answers):
    told.case = papers.file_stage(told.case, verb, answers=answers, on=at.date(), goals=goals, by=told.worker, at=at)


def _submit_intake(told, *, at):
    _file(told, "submit_intake", at, intake=INTAKE | {"problems": PROBLEMS[told.number % len(PROBLEMS)]})
    if told.stops("intake"):
        return
    act = {"refuse": _refuse, "return": _return_intake}.get(told.course.stops_after, _approve)
    told.then(act, told.course.paces[2], "14:00")


def _refuse(told, *, at):
    acts.refuse_intake(
        told.case, reason="已由镇残联专项服务覆盖，转介处理", by=told.stage.officer(told.household.area), at=at
    )


def _return_intake(told, *, at):
    told.case = acts.return_intake(
        told.case, reason="请补社区居（村）委会走访情况", by=told.stage.officer(told.household.area), at=at
    )
    told.course.stops_after = ""
    told.then(_submit_intake, 3, "16:30")


def _approve(told, *, at):
    told.case = acts.approve_intake(told.case, by=told.stage.officer(told.household.area), at=at)
    if not told.stops("approved"):
        told.then(_assess, told.course.paces[3], "11:00")


def _assess(told, *, at):
    _file(told, "complete_assessment", at, assessment=ASSESSMENT)
    if not told.stops("assessed"):
        told.then(_plan, told.course.paces[4], "15:30")


def _plan(told, *, at):
    (aim, model, steps), goals = PLANS[told.number % len(PLANS)]
    goals = [{"title": title, "before": before, "target": target} for title, before, target, _ in goals]
    plan = {"aim": aim, "model": model, "steps": steps, "evaluation": "目标前后对照、服务对象自评"}
    _file(told, "sign_plan", at, goals, plan=plan, agreement=AGREEMENT)
    told.case = acts.set_case_system_no(told.case, f"GA{told.number:04d}", by=told.worker, at=at)
    _plan_sessions(told)


def _plan_sessions(told):
    """Sessions at the course's distance; `late` moves one to a fixed day, `stops_after` 'sessions' ends with the last."""
    course, day = told.course, told.day + timedelta(days=5)
    for place, mode in enumerate(course.modes):
        day = course.late.get(place) or told.stage.workday(day)
        activities.case_session(told, day, mode, place)
        day += timedelta(days=course.gap)
    told.day = course.late.get(len(course.modes) - 1) or told.stage.workday(day - timedelta(days=course.gap))
    if not told.stops("sessions"):
        told.day = max(told.day, course.late.get("evaluation", told.day))
        told.then(_evaluate, course.closing, "16:00")


def _evaluate(told, *, at):
    papers.file_form(told.case, "process", answers=PROCESS, on=at.date(), by=told.worker, at=at)
    photo = told.stage.shelf.photo("home", "个案面谈", by=told.worker, at=at)
    acts.add_case_paper(told.case, kind="photo", filled_on=at.date(), file=photo, by=told.worker, at=at)
    overall = {"overall": "满意" if told.course.satisfied else "一般"}
    answers.file_satisfaction(told.case, answers=SATISFACTION | overall, on=at.date(), by=told.worker, at=at)
    goals = [
        {"title": title, "before": before, "target": target, "now": now}
        for title, before, target, now in PLANS[told.number % len(PLANS)][1]
    ]
    _file(told, "complete_evaluation", at, goals, evaluation=EVALUATION)
    told.then(_submit_closure, 1, "17:00")


def _submit_closure(told, *, at):
    """Closure waits until quality control has verified as many sessions as the contract asks for."""
    told.case.refresh_from_db()
    if queries.stage_gaps(told.case, "submit_closure", on=at.date()):
        told.then(_submit_closure, 1, "17:00")
        return
    _file(told, "submit_closure", at, closure={"reason": "goals_met", "summary": SUMMARY})
    if told.stops("closure"):
        return
    if told.number % 23 == 0:
        told.then(_return_closure, 1, "10:00")
    else:
        told.then(_close, told.course.officer_days, "14:30")


def _return_closure(told, *, at):
    told.case = acts.return_closure(
        told.case, reason="缺服务对象签名的结案确认", by=told.stage.officer(told.household.area), at=at
    )
    told.then(_resubmit, 2, "17:00")


def _resubmit(told, *, at):
    _file(told, "submit_closure", at, closure={"reason": "goals_met", "summary": f"{SUMMARY}已补签名。"})
    told.then(_close, 1, "14:30")


def _close(told, *, at):
    told.case = acts.approve_closure(told.case, by=told.stage.officer(told.household.area), at=at)
    if told.number % 3 == 0:
        told.then(_follow_up, 42, "10:40")


def _follow_up(told, *, at):
    """The first call after two months; the next one stands four months later."""
    data = FOLLOW_UP | {"next_on": str(told.stage.after(at.date(), 85))}
    papers.file_form(told.case, "follow_up", answers=data, on=at.date(), by=told.worker, at=at)


__all__ = ["MODES", "Course", "begin", "moment"]
