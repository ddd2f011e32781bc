"""Papers handed to the bureau, people in post, teams and volunteers: what the contract asks for beside the services."""

from datetime import timedelta

from caseload.actions import households
from contracts import actions as posts
from services.actions import deliverables, reports
from services.models import Deliverable, MonthlyReport

PROVIDER_POSTS = (
    ("project_lead", "许星河"),
    ("liaison", "白鹭洲"),
    ("supervisor", "叶归舟"),
    ("quality_control", "何木兰"),
    ("accountant", "沈知夏"),
)
OUTSIDE_EXPERTS = ("楚天舒", "裴知行", "曲江流", "卫清和", "柏舟子", "荀子墨", "柯南屏", "凌云志")
VOLUNTEERS = tuple(f"志愿者{number:02d}号" for number in range(1, 31))


def fill_posts(stage, day, experts):
    """Project leads of both sides, the liaison, supervisor, workers; the bureau confirms those whom the agency names."""
    stage.later(_fill_posts, day, "17:00", stage=stage, experts=experts)


def _fill_posts(stage, experts, *, at):
    contract, day = stage.contract, at.date()
    posts.add_staff_post(
        contract,
        side="purchaser",
        post="project_lead",
        name="",
        membership=stage.handler,
        from_day=day,
        by=stage.handler,
        at=at,
    )
    for expert in experts:
        posts.add_staff_post(
            contract, side="purchaser", post="expert", name="", membership=expert, from_day=day, by=stage.handler, at=at
        )
    named = [
        (post, stage.world.members[name])
        for post, name in PROVIDER_POSTS
        if name in stage.world.members and stage.world[name].organisation_id == contract.provider_id
    ]
    if not named:
        named = [("project_lead", stage.manager), ("liaison", stage.workers[0])]
    for post, member in [*named, *(("social_worker", worker) for worker in stage.workers)]:
        row = posts.add_staff_post(
            contract, side="provider", post=post, name="", membership=member, from_day=day, by=stage.manager, at=at
        )
        posts.verify_staff_post(row, by=stage.handler, at=at)


def name_experts(stage, day, names=OUTSIDE_EXPERTS):
    """The agency's own experts, without accounts."""
    stage.later(_name_experts, day, "17:10", stage=stage, names=names)


def _name_experts(stage, names, *, at):
    for name in names:
        row = posts.add_staff_post(
            stage.contract, side="provider", post="expert", name=name, from_day=at.date(), by=stage.manager, at=at
        )
        posts.verify_staff_post(row, by=stage.handler, at=at)


# --- teams and volunteers ---------------------------------------------------------------------------------------------
def register_teams(stage, *, at, home=10, phone=2, field=5):
    """Put the teams on their registers; returns the teams for home visits."""
    made = []
    for kind, word, number, volunteers in (
        ("home_visit_team", "入户小组", home, 1),
        ("phone_team", "电话回访组", phone, 0),
        ("field_team", "实地回访组", field, 1),
    ):
        for place in range(1, number + 1):
            facts = {"social_workers": 1} | ({"volunteers": volunteers} if volunteers else {})
            row = households.put_on_register(
                contract=stage.contract,
                kind=kind,
                label=f"{word} {place:02d}",
                from_day=at.date(),
                facts=facts,
                by=stage.manager,
                at=at,
            )
            made += [row] if kind == "home_visit_team" else []
    return made


def recruit_volunteers(stage, names=VOLUNTEERS, selected=20, *, at):
    """Volunteers with their training and exam; the best of those who passed are selected."""
    for place, name in enumerate(names):
        facts = {
            "training_attended": True,
            "exam_sat": True,
            "exam_passed": place < len(names) - 4,
            "selected": place < selected,
        }
        households.put_on_register(
            contract=stage.contract,
            kind="volunteer",
            label=name,
            from_day=at.date(),
            facts=facts,
            by=stage.manager,
            at=at,
        )


# --- papers for the bureau ---------------------------------------------------------------------------------------------
def deliver(stage, kind, title, day, *, accepted=3, returned="", time="15:00"):
    """Hand a paper in; the bureau accepts it so many working days later (None: not yet), or returns it with a reason."""
    stage.later(_deliver, day, time, stage=stage, kind=kind, title=title, accepted=accepted, returned=returned)


def _deliver(stage, kind, title, accepted, returned, *, at):
    file = stage.shelf.form(
        title,
        [("合同", stage.contract.short_title), ("材料", title), ("提交日期", f"{at.date()}")],
        by=stage.manager,
        at=at,
    )
    row = deliverables.deliver(stage.contract, kind=kind, title=title, file=file, by=stage.manager, at=at)
    if accepted is not None:
        stage.later(_receive, stage.after(at.date(), accepted), "11:20", stage=stage, row=row, returned=returned)


def _receive(stage, row, returned, *, at):
    row = Deliverable.objects.select_related("contract").get(pk=row.pk)
    if returned:
        deliverables.return_deliverable(row, reason=returned, by=stage.handler, at=at)
    else:
        deliverables.accept_deliverable(row, by=stage.handler, at=at)


# --- monthly reports ------------------------------------------------------------------------------------------------------
PROBLEMS = (
    "部分对象白天外出，已改为傍晚入户。",
    "军庄镇片区人手偏紧，增派流动小组支援。",
    "个别签到表字迹不清，已统一格式。",
    "电话回访接通率偏低，改为错时拨打。",
)
HIGHLIGHTS = (
    "陪同独居老人办妥护理补贴，老人首次参加社区活动。",
    "小组成员自发结对，每周互访一次。",
    "为一户家庭链接到助学资源。",
    "",
)
NEXT = (
    "继续回访和个案介入，按计划开展小组活动。",
    "补齐未入户对象，准备中期总结。",
    "开展主题节日活动，督促结案材料归档。",
    "集中办理结案，整理成果资料。",
)


def report_months(stage, first_day, last_day, *, returned=(), last="accepted"):
    """The monthly reports of every month that is over: drafted on the 1st, handed in on the 4th, accepted three working days later.

    `returned` months come back once, with the days of the return and of the second hand-in: {month: (back on, again on)}.
    `last` is how far the newest one got: draft, submitted or accepted.
    """
    months, month = [], first_day.replace(day=1)
    while following(month) <= last_day + timedelta(days=1):
        months.append(month)
        month = following(month)
    for month in months:
        goal = last if month == months[-1] else "accepted"
        opened = max(following(month), first_day)
        stage.later(_draft_report, opened, "01:30", stage=stage, month=month)
        if goal != "draft":
            back = dict(returned).get(month)
            stage.later(
                _hand_in_report,
                stage.workday(opened.replace(day=4)),
                "15:30",
                stage=stage,
                month=month,
                back=back,
                goal=goal,
            )


def following(month):
    """The first day of the next month."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def _report(stage, month):
    return MonthlyReport.objects.select_related("contract").get(contract=stage.contract, month=month)


def _draft_report(stage, month, *, at):
    reports.draft_report(stage.contract, month, by=None, at=at)


def _hand_in_report(stage, month, back, goal, *, at):
    report = _report(stage, month)
    words = {
        "problems": PROBLEMS[month.month % 4],
        "highlight": HIGHLIGHTS[month.month % 4],
        "next_month": NEXT[month.month % 4],
    }
    report = reports.save_texts(report, version=report.version, by=stage.manager, at=at, **words)
    reports.submit_report(report, by=stage.manager, at=at)
    if back:
        stage.later(_return_report, back[0], "10:40", stage=stage, month=month, again=back[1])
    elif goal == "accepted":
        stage.later(_accept_report, stage.after(at.date(), 3), "09:50", stage=stage, month=month)


def _return_report(stage, month, again, *, at):
    reason = "“问题与措施”请写明责任人和完成日期；典型事例未注明已征得同意。"
    reports.return_report(_report(stage, month), reason=reason, mend_by=again, by=stage.handler, at=at)
    stage.later(_resubmit_report, again, "16:20", stage=stage, month=month)


def _resubmit_report(stage, month, *, at):
    reports.submit_report(_report(stage, month), by=stage.manager, at=at)
    stage.later(_accept_report, stage.after(at.date(), 3), "09:50", stage=stage, month=month)


def _accept_report(stage, month, *, at):
    reports.accept_report(_report(stage, month), by=stage.handler, at=at)
