"""What was done: surveys, revisits, sessions, groups and events, each logged by a worker and looked at by quality control."""

from dataclasses import dataclass
from datetime import date, timedelta

from caseload.actions import groups
from config.demo.stage import moment
from services.actions import batches, records
from services.actions.batches import Entry

ONE_DAY = timedelta(days=1)
VISIT_TEXTS = (
    "家中情况稳定，药品充足，提醒按时复诊。", "讲解医疗救助申报材料，约定下周陪同办理。", "反映屋内照明不足，已转社区。", "子女在外务工，近期无返乡安排。",
    "发放政策宣传手册，解释临时救助条件。", "无新增需求，更新联系电话。", "近期住院一次，已出院，需送药上门。",
)  # fmt: skip
SESSION_TEXTS = (
    "建立关系，商定目标和见面频次。", "用行为激活法安排每日散步，回顾完成情况。", "电话跟进服药与睡眠，解释政策材料。",
    "陪同到街道办理补贴，讲解流程。", "回顾目标，服务对象自述心里敞亮些。", "联系社区志愿者接续探访。", "复测量表，讨论结案安排。",
)  # fmt: skip
RESOURCE_TEXT = "联系区残联和社区卫生站，为其申请辅具和上门随访。"


@dataclass
class Logged:
    """One record as the story tells it, until its day comes."""

    kind: str
    values: dict
    papers: tuple
    keeps: str
    verify_after: int
    family: object = None
    # Working days after its return until the worker has put it right; None: it still waits.
    mended_after: int | None = None

    def entry(self, stage, at):
        """What the worker hands in; a family is looked up now, since it may not have been on the ledger before."""
        household = {"household": stage.households[self.family.number]} if self.family is not None else {}
        return Entry(self.kind, {**self.values, **household}, tuple((kind, paper(at)) for kind, paper in self.papers))


def log(
    stage,
    kind,
    *,
    by,
    day,
    start,
    minutes,
    papers=(),
    keeps="",
    verify_after=1,
    family=None,
    mended_after=None,
    **values,
):
    """Put a record on the agenda: handed in with the worker's others of these days, verified some working days later.

    `papers` are (paper kind, function of at → StoredFile). `keeps` stops at "draft" or "submitted", or is a reason for
    which quality control sends the record back, to be put right `mended_after` so many working days.
    """
    begins = moment(day, start)
    values = {"started_at": begins, "ended_at": begins + timedelta(minutes=minutes), **values}
    evening = day if keeps == "draft" else handed_in_on(stage, day)
    if (evening, by.pk) not in stage.logs:
        stage.later(_hand_in, evening, "18:10", stage=stage, by=by)
    stage.logs.setdefault((evening, by.pk), []).append(
        Logged(kind, values, papers, keeps, verify_after, family, mended_after)
    )


def handed_in_on(stage, day):
    """Workers hand in twice a week: on Wednesday, and on the week's last working day; a day off goes with the next."""
    day = stage.workday(day)
    while day.weekday() not in (2, 4) and stage.after(day, 1) - day == ONE_DAY:
        day += ONE_DAY
    return day


def _hand_in(stage, by, *, at):
    logged = stage.logs.pop((at.date(), by.pk))
    for line in [line for line in logged if line.keeps == "draft"]:
        entry = line.entry(stage, at)
        record = records.start_record(contract=stage.contract, kind=entry.kind, by=by, at=at, **entry.values)
        for kind, file in entry.papers:
            records.add_evidence(record, file=file, kind=kind, by=by, at=at)
    whole = [line for line in logged if line.keeps != "draft"]
    made = batches.log_records([line.entry(stage, at) for line in whole], contract=stage.contract, by=by, at=at)
    for line, record in zip(whole, made, strict=True):
        day = stage.after(at.date(), line.verify_after)
        if line.keeps not in ("", "submitted"):
            stage.later(_send_back, day, "15:00", stage=stage, record=record, line=line)
        elif not line.keeps:
            _look_at(stage, record, day)


def _look_at(stage, record, day):
    """Quality control will verify the record on the day, with all others of that day."""
    if day not in stage.inbox:
        stage.later(_verify_day, day, "15:10", stage=stage)
    stage.inbox.setdefault(day, []).append(record)


def _verify_day(stage, *, at):
    batches.verify_records(stage.inbox.pop(at.date()), by=stage.quality, at=at)


def _send_back(stage, record, line, *, at):
    record = records.return_record(record, reason=line.keeps, by=stage.quality, at=at)
    if line.mended_after is not None:
        stage.later(_correct, stage.after(at.date(), line.mended_after), "10:20", stage=stage, record=record)


def correct(stage, title, day):
    """On the day, the worker takes up the returned record of that title again; verified the next day."""
    stage.later(_correct_titled, day, "10:20", stage=stage, title=title)


def _correct_titled(stage, title, *, at):
    _correct(stage, stage.contract.records.get(title=title, state="returned"), at=at)


def _correct(stage, record, *, at):
    """The worker puts the better paper to the record: a sign-in sheet with every name, a form that was signed."""
    record = stage.contract.records.select_related("created_by__account", "contract").get(pk=record.pk)
    by = record.created_by
    record = records.correct_record(record, by=by, at=at)
    if record.kind == "event":
        paper = ("sign_in_sheet", stage.shelf.sheet(record.title, record.participants, by=by, at=at, seed="清晰"))
    else:
        paper = ("revisit_form", stage.shelf.form("回访记录（已签字）", REVISIT_FORM, by=by, at=at))
    records.add_evidence(record, kind=paper[0], file=paper[1], by=by, at=at)
    record = records.submit_record(record, by=by, at=at)
    _look_at(stage, record, stage.after(at.date(), 1))


# --- households -----------------------------------------------------------------------------------------------------
def survey(stage, family, day, start, team):
    """A new household is surveyed at home by a team of two."""
    by = stage.worker_for(family.area)
    photo = lambda at: stage.shelf.photo("home", "入户调查", by=by, at=at)  # noqa: E731
    log(
        stage, "home_survey", by=by, day=day, start=start, minutes=45, papers=[("photo", photo)], family=family, team=team,
        mode="home", workers=2, facts={"policy_told": True}, narrative=VISIT_TEXTS[stage.dice.randrange(len(VISIT_TEXTS))],
    )  # fmt: skip


def revisit(stage, family, day, *, system_no=True, workers=2, keeps="", start=None, mended_after=None):
    """A household of the bureau's list is visited again, by telephone or at home."""
    by, dice = stage.worker_for(family.area), stage.dice
    mode = dice.choices(("phone", "home", "neighbour", "interview"), weights=(50, 36, 8, 6))[0]
    facts = {"policy_told": dice.random() < 0.7, "change_found": dice.random() < 0.08} | (
        {"system_no": f"HF{day:%m%d}{family.number[-4:]}"} if system_no else {}
    )
    form = lambda at: stage.shelf.form("回访记录", REVISIT_FORM, by=by, at=at, seed=day.month)  # noqa: E731
    log(
        stage, "revisit", by=by, day=day, start=start or f"{dice.choice((9, 10, 14, 15))}:{dice.choice(('00', '20', '40'))}", minutes=40 if mode == "home" else 15,
        papers=[("revisit_form", form)], family=family, mode="home" if workers == 1 else mode,
        workers=workers if mode == "home" or workers == 1 else 1, facts=facts, narrative=dice.choice(VISIT_TEXTS), keeps=keeps, mended_after=mended_after,
    )  # fmt: skip


REVISIT_FORM = [
    ("回访方式", "见记录"),
    ("基本信息变化", "无"),
    ("家庭与经济", "以保障金为主"),
    ("服务反馈", "满意"),
    ("政策宣传", "已发手册"),
    ("新的需求", "就医陪同"),
]


def case_session(told, day, mode, place):
    """One session of a case, in its worker's words."""
    by, stage = told.worker, told.stage
    text = RESOURCE_TEXT if mode == "resource" else SESSION_TEXTS[(told.number + place) % len(SESSION_TEXTS)]
    form = lambda at: stage.shelf.form("个案工作过程记录表", SESSION_FORM, by=by, at=at, seed=place)  # noqa: E731
    start = ("09:30", "10:40", "14:00", "15:20", "16:10")[(told.number + place) % 5]
    keeps = told.course.late.get("keeps", "") if place == len(told.course.modes) - 1 else ""
    log(
        stage, "case_session", by=by, day=day, start=start, minutes=20 if mode == "phone" else 50, papers=[("process", form)] if place % 2 == 0 or keeps else [],
        case=told.case, mode=mode, workers=1 if mode in ("phone", "resource") else 2, narrative=text, keeps=keeps,
    )  # fmt: skip


SESSION_FORM = [("目标", "见计划"), ("过程", "见记录"), ("服务对象反应", "积极"), ("下一步", "按计划")]


# --- groups ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class GroupPlan:
    """A group: where, how many members, on which days it meets; `files` is the day on which its last papers come, or None."""

    title: str
    community: str
    purpose: str
    members: int
    days: tuple
    files: date | None
    withdrawn: bool = False


GROUP_PAPERS = ("session_record", "photo", "summary", "satisfaction")
GROUP_WORDS = {
    "plan": "小组计划书",
    "session_record": "小组活动记录",
    "summary": "小组总结",
    "satisfaction": "小组满意度调查",
}
GROUP_FORM = [
    ("目标", "互助与支持"),
    ("组员", "见签到表"),
    ("过程", "热身、主题讨论、分享"),
    ("反思", "鼓励安静的组员多表达"),
]


def hold_group(stage, plan):
    """Put a group on the agenda: planned a week before, its sessions, its papers, its end."""
    area = stage.community(plan.community)
    stage.later(
        _plan_group,
        stage.workday(plan.days[0] - timedelta(days=8)),
        "10:00",
        stage=stage,
        plan=plan,
        area=area,
        by=stage.worker_for(area),
    )


def _plan_group(stage, plan, area, by, *, at):
    group = groups.plan_group(
        contract=stage.contract,
        title=plan.title,
        area=area,
        leader=by,
        members=plan.members,
        purpose=plan.purpose,
        by=by,
        at=at,
    )
    _group_paper(stage, group, "plan", by, at=at)
    if plan.withdrawn:
        stage.later(_withdraw_group, stage.after(at.date(), 3), "16:00", group=group, by=by)
        return
    stage.later(_open_group, plan.days[0], "09:00", stage=stage, group=group, plan=plan, by=by)


def _withdraw_group(group, by, *, at):
    groups.withdraw_group(group, by=by, at=at)


def _open_group(stage, group, plan, by, *, at):
    group = groups.open_group(group, first_session_on=at.date(), by=by, at=at)
    for place, day in enumerate(plan.days, 1):
        title = f"{plan.title} 第 {place} 节"
        papers = [
            (
                "photo",
                lambda at, day=day: stage.shelf.photo(
                    "group", f"{plan.title} {day}", by=by, at=at, seed=f"{plan.title}{day}"
                ),
            ),
            ("sign_in_sheet", lambda at, title=title: stage.shelf.sheet(title, plan.members, by=by, at=at)),
        ]
        log(
            stage, "group_session", by=by, day=day, start="14:00", minutes=90, papers=papers, group=group, title=title,
            participants=plan.members - (place % 2), workers=2, narrative="主题讨论与分享，组员互相介绍近况，布置家庭作业。",
        )  # fmt: skip
    if plan.files:
        stage.later(_finish_group, plan.files, "16:40", stage=stage, group=group, plan=plan, by=by)


def _finish_group(stage, group, plan, by, *, at):
    for kind in GROUP_PAPERS:
        _group_paper(stage, group, kind, by, at=at)
    groups.close_group(group, closed_on=plan.days[-1], by=by, at=at)


def _group_paper(stage, group, kind, by, *, at):
    if kind == "photo":
        file = stage.shelf.photo("group", f"{group.title}", by=by, at=at, seed=group.title)
    else:
        file = stage.shelf.form(GROUP_WORDS[kind], [("名称", group.title), *GROUP_FORM], by=by, at=at, seed=group.title)
    groups.add_group_paper(group, kind=kind, file=file, by=by, at=at)


# --- events, trainings -------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Event:
    """A community event; `keeps` as in log()."""

    day: date
    title: str
    topic: str
    community: str
    participants: int
    keeps: str = ""


def hold_event(stage, event):
    """Put an event on the agenda, with its photograph and sign-in sheet."""
    area = stage.community(event.community)
    by = stage.worker_for(area)
    scene = {"professional": "lecture", "volunteer": "outdoors"}.get(event.topic, "event")
    papers = [
        ("photo", lambda at: stage.shelf.photo(scene, f"{event.title} {event.day}", by=by, at=at, seed=event.title)),
        ("sign_in_sheet", lambda at: stage.shelf.sheet(event.title, event.participants, by=by, at=at)),
    ]
    log(
        stage, "event", by=by, day=event.day, start="09:30", minutes=120, papers=papers, area=area, title=event.title, participants=event.participants,
        workers=3, facts={"topic": event.topic}, narrative="活动按方案举行，现场秩序良好，发放政策手册。", keeps=event.keeps, verify_after=2,
    )  # fmt: skip


def hold_training(stage, day, title, topic, participants, *, exam=False):
    """Put a training on the agenda; it takes place in the first community."""
    area = stage.world.communities[stage.streets[0]][0]
    by = stage.workers[0]
    papers = [
        ("photo", lambda at: stage.shelf.photo("lecture", f"{title} {day}", by=by, at=at, seed=title)),
        ("sign_in_sheet", lambda at: stage.shelf.sheet(title, participants, by=by, at=at)),
    ]
    log(
        stage, "training", by=by, day=day, start="09:00", minutes=180, papers=papers, area=area, title=title, participants=participants,
        facts={"topic": topic, "exam": exam}, narrative="讲解入户规范、安全和保密要求。",
    )  # fmt: skip


def visit_communities(stage, first, areas):
    """Before the work begins every committee is called on, four a day."""
    for place, area in enumerate(areas):
        by = stage.worker_for(area)
        photo = lambda at, by=by: stage.shelf.photo("outdoors", "社区走访", by=by, at=at)  # noqa: E731
        log(
            stage, "community_visit", by=by, day=stage.workday(first + timedelta(days=place // 4)), start=f"{9 + place % 4 * 2}:10", minutes=60, papers=[("photo", photo)],
            area=area, title=f"走访{area.name}", workers=2, narrative="与居（村）委会核对困难群众名单，商定入户安排。",
        )  # fmt: skip
