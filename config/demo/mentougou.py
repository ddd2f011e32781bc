"""The contract year of the Mentougou lot 04 from 2024-04-18 on, told by invented people.

On 2024-11-20 the final payment is refused: one group, two events, some cases and papers are missing. All of it comes by
2024-12-12, when the experts accept; on 2024-12-16 the agency asks again, and the request waits for the bureau's handler.
Visits and monthly reports go on to the end of the plan.
"""

from datetime import date, timedelta

from caseload.actions import households
from config.demo import activities, cases, ledger, money, results
from config.demo.activities import Event, GroupPlan
from config.demo.cases import Course
from config.demo.stage import days_between, moment, spread
from contracts import actions as contract_acts
from contracts.models import OpenReading

D = date
REFUSED_ON, PAYABLE_ON = D(2024, 11, 20), D(2024, 12, 20)
MISSING_GROUP = "“同心圆”互助小组"
GROUPS = (
    GroupPlan("“暖阳”支持小组", "桥东街社区", "支持", 8, (D(2024, 6, 12), D(2024, 6, 19), D(2024, 6, 26), D(2024, 7, 3)), D(2024, 7, 8)),
    GroupPlan("“巧手”成长小组", "向阳社区", "成长", 10, (D(2024, 8, 7), D(2024, 8, 14), D(2024, 8, 21), D(2024, 8, 28), D(2024, 9, 4)), D(2024, 9, 9)),
    GroupPlan("“邻里”互助小组", "桃园社区", "互助", 9, (D(2024, 7, 10), D(2024, 7, 17), D(2024, 7, 24), D(2024, 7, 31)), D(2024, 8, 5)),
    GroupPlan("“安康”教育小组", "灰地社区", "教育", 8, (D(2024, 9, 18), D(2024, 9, 25), D(2024, 10, 9), D(2024, 10, 16)), D(2024, 10, 21)),
    GroupPlan("“青禾”亲子小组", "杨坨社区", "成长", 7, (D(2024, 8, 1), D(2024, 8, 8), D(2024, 8, 15), D(2024, 8, 22)), D(2024, 8, 27)),
    GroupPlan(MISSING_GROUP, "杨坨社区", "互助", 9, (D(2024, 11, 6), D(2024, 11, 12), D(2024, 11, 18), D(2024, 11, 22)), D(2024, 11, 26)),
    GroupPlan("“夕阳红”合唱小组", "广场社区", "支持", 12, (D(2024, 9, 11), D(2024, 9, 18), D(2024, 9, 25)), D(2024, 9, 30)),
    GroupPlan("“乐龄”手工小组", "大台社区", "成长", 8, (D(2024, 10, 23),), None, withdrawn=True),
)  # fmt: skip
UNREADABLE = "签到表看不清，缺本人签名。请补清楚的签到表"
EVENTS = (
    Event(D(2024, 6, 8), "粽香端午", "festival", "龙门新区一区社区", 50),
    Event(D(2024, 6, 21), "爱心义剪", "volunteer", "落坡岭社区", 44, UNREADABLE),
    Event(D(2024, 7, 5), "葫芦丝乐器体验", "club", "杨坨社区", 31),
    Event(D(2024, 7, 19), "志愿服务进家门", "volunteer", "桃园社区", 30),
    Event(D(2024, 8, 16), "居家康复知识讲座", "professional", "华新建社区", 33),
    Event(D(2024, 8, 30), "社区乒乓球友谊赛", "culture", "桥东街社区", 53),
    Event(D(2024, 9, 14), "中秋做月饼", "festival", "汇通新苑社区", 45),
    Event(D(2024, 9, 27), "喜迎国庆 邻里同乐", "festival", "北四社区", 28),
    Event(D(2024, 9, 29), "“我和我的祖国”图片展", "festival", "向阳社区", 39),
    Event(D(2024, 10, 11), "九九重阳 情暖夕阳", "festival", "东杨坨村", 42, UNREADABLE),
    Event(D(2024, 10, 12), "重阳敬老茶话会", "festival", "大台社区", 41),
    Event(D(2024, 10, 26), "社区合唱节", "club", "广场社区", 48),
    Event(D(2024, 11, 8), "“知心话”心理健康讲座", "professional", "灰地社区", 36),
    Event(D(2024, 11, 23), "法律讲座进乡村", "professional", "军庄村", 38),
)  # fmt: skip
DOCUMENTS = (  # kind, title, handed in on, working days until accepted
    ("contract_scan", "合同扫描件", D(2024, 4, 19), 1), ("implementation_plan", "实施方案（按对接会意见修改）", D(2024, 5, 6), 2), ("insurance", "人身意外险凭证", D(2024, 4, 26), 2),
    ("confidentiality_agreement", "项目人员保密协议", D(2024, 4, 26), 2), ("policy_booklet", "社会救助政策宣传手册", D(2024, 5, 20), 3), ("revisit_plan", "季度回访计划（第三季度）", D(2024, 6, 28), 3),
    ("case_list", "个案服务人员名单确认表", D(2024, 8, 20), 4), ("eligible_list", "符合社会救助条件的人员名单", D(2024, 6, 28), 3), ("home_photos", "入户服务照片集", D(2024, 7, 12), 3),
    ("midterm_summary", "前期项目工作总结", D(2024, 8, 29), 3), ("new_household_ledger", "新增社会救助帮扶台账", D(2024, 9, 10), 4), ("change_form", "困难群众信息变更登记表", D(2024, 9, 20), 3),
    ("finance_vouchers", "财务票据汇总", D(2024, 10, 15), 5), ("revisit_records", "回访记录（装订）", D(2024, 11, 29), 2), ("case_files", "个案服务档案", D(2024, 12, 2), 2),
    ("group_files", "小组档案", D(2024, 11, 28), 2), ("original_questionnaires", "满意度调查原始问卷移交单", D(2024, 11, 27), 2), ("performance_evidence", "绩效指标证明材料目录（补）", D(2024, 11, 28), 2),
    ("result_material", "项目成果资料", D(2024, 11, 15), 2), ("closing_report", "结项验收报告", D(2024, 12, 2), 2),
)  # fmt: skip
EXEMPLARS = ("重新走出家门", "一张护理补贴申请表", "邻居成了照料人", "从失眠到散步", "第一份工作", "母女的约定", "村口的小药箱", "不再独自一人", "他愿意开口了", "把窗户打开",
             "轮椅上的合唱", "补贴到账那天", "孩子的书桌", "慢慢来", "有人敲门")  # fmt: skip


def load(stage):
    """Put the whole year on the agenda."""
    _prepare(stage)
    _first_payment(stage)
    old, new = _families(stage)
    _survey_new(stage, new)
    _revisit_old(stage, old)
    _work_on_cases(stage, old, [family for batch in new for family in batch[1]])
    for plan in GROUPS:
        activities.hold_group(stage, plan)
    for event in EVENTS:
        activities.hold_event(stage, event)
    for title, day in (("爱心义剪", D(2024, 6, 28)), ("九九重阳 情暖夕阳", D(2024, 11, 25))):
        activities.correct(stage, title, day)
    _hand_in(stage)
    _final_payment(stage)


# --- spring -------------------------------------------------------------------------------------------------------------
def _prepare(stage):
    results.fill_posts(stage, D(2024, 4, 18), [stage.world[name] for name in ("温如玉", "顾南枝", "岳青崖")])
    results.name_experts(stage, D(2024, 4, 18))
    areas = [area for street in stage.streets for area in stage.world.communities[street]]
    activities.visit_communities(stage, D(2024, 4, 19), areas)
    activities.hold_training(stage, D(2024, 4, 24), "上岗培训和考试", "pre_service", 46, exam=True)
    activities.hold_training(stage, D(2024, 8, 15), "专家组督导培训", "supervision", 18)
    stage.later(_register, D(2024, 4, 25), "17:20", stage=stage)
    stage.later(_decide_readings, D(2024, 5, 10), "15:40", stage=stage)


def _register(stage, *, at):
    stage.teams = results.register_teams(stage, at=at)
    results.recruit_volunteers(stage, at=at)


def _decide_readings(stage, *, at):
    for code, choice, reason in (
        ("A-01", "deadline", "付款条款写明 2024-11-30，双方对接会纪要第 3 条"),
        ("A-05", "inclusive", "《民法典》第一千二百五十九条，以下包括本数"),
    ):
        contract_acts.decide_reading(
            OpenReading.objects.get(contract=stage.contract, code=code),
            choice=choice,
            reason=reason,
            by=stage.handler,
            at=at,
        )


def _first_payment(stage):
    days = (D(2024, 4, 22), D(2024, 4, 22), D(2024, 4, 24), D(2024, 4, 26), D(2024, 4, 28), D(2024, 4, 30))
    money.pay_first(stage, days, "24110000000000088201", "银付-2024-0430")


# --- the ledger ---------------------------------------------------------------------------------------------------------
def _families(stage):
    """The bureau's list of key households, and three lists of new ones; returns (old, [(import day, families)])."""
    maker = ledger.Families(stage.dice, f"{stage.contract.code}-H", 1)
    filed = lambda place: D(2022 + place % 2, 1 + place % 12, 1 + place % 27)  # noqa: E731
    old = [
        maker.make(area, D(2024, 4, 25), filed(place))
        for place, area in enumerate(ledger.places(stage, stage.many(486)))
    ]
    new = []
    for day, number in ((D(2024, 5, 6), 110), (D(2024, 6, 11), 30), (D(2024, 7, 15), 17)):
        new.append((day, [maker.make(area, day, day) for area in ledger.places(stage, stage.many(number))]))
    stage.later(_import_old, D(2024, 4, 25), "10:00", stage=stage, families=old)
    for day, families in new:
        stage.later(_import_new, day, "09:20", stage=stage, families=families, title=f"新申请对象名单 {day}")
    return old, new


TIERS = ("general",) * 12 + ("no_request",) * 4 + ("key",) * 3 + ("case",)


def tier(place):
    """The bureau's tier of the household at this place of its list; each round of communities begins with another tier."""
    return TIERS[(place + place // 40 * 7) % len(TIERS)]


def _import_old(stage, families, *, at):
    ledger.import_list(stage, families, "已建台账重点对象名单", at=at)
    ledger.list_as(stage, families, "key_household", lambda place: {"tier": tier(place)}, at=at)
    ledger.plan_visits(stage, at=at)


def _import_new(stage, families, title, *, at):
    ledger.import_list(stage, families, title, at=at)


def _survey_new(stage, new):
    """Each worker's team takes five or six households a day; the file follows in the afternoon."""
    for turn, (day, families) in enumerate(new):
        for number, worker in enumerate(stage.workers):
            mine = [family for family in families if stage.worker_for(family.area).pk == worker.pk]
            for trip in range(0, len(mine), 6):
                stage.later(
                    _survey_day,
                    stage.after(day, 2 + number % 3 + trip // 2),
                    "08:00",
                    stage=stage,
                    families=mine[trip : trip + 6],
                    number=number + turn * 3,
                )
    last = new[-1][1]
    stage.unfinished = (
        {family.number: gap for family, gap in zip(last[-3:], ("plan", "system_no", "plan"), strict=False)}
        if stage.scale == 1
        else {}
    )


def _survey_day(stage, families, number, *, at):
    team = stage.teams[number % len(stage.teams)]
    for family, start in zip(families, ("08:30", "09:30", "10:30", "13:30", "14:30", "15:30"), strict=False):
        activities.survey(stage, family, at.date(), start, team)
        gap = stage.unfinished.get(family.number)
        stage.later(
            _file, at.date(), "17:30", stage=stage, family=family, plan=gap != "plan", system_no=gap != "system_no"
        )


def _file(stage, family, plan, system_no, *, at):
    ledger.survey_household(stage, family, plan=plan, system_no=system_no, at=at)


# --- revisits -----------------------------------------------------------------------------------------------------------
MONTHS = tuple(
    (D(year, month, 2), D(year, month, 27), 0.45)
    for year, month in [(2024, number) for number in range(5, 13)] + [(2025, 1), (2025, 2)]
)
VISITS = {  # tier: windows with the share of households that are visited in each
    "general": (
        (D(2024, 5, 13), D(2024, 6, 28), 0.8),
        (D(2024, 7, 1), D(2024, 9, 27), 0.7),
        (D(2024, 10, 8), D(2024, 12, 13), 0.5),
        (D(2025, 1, 6), D(2025, 2, 26), 0.6),
    ),
    "no_request": (
        (D(2024, 5, 20), D(2024, 6, 28), 0.85),
        (D(2024, 7, 15), D(2024, 12, 6), 0.7),
        (D(2025, 1, 6), D(2025, 2, 26), 0.7),
    ),
    "key": MONTHS,
    "case": MONTHS,
}
LAST_VISITS = 15  # households that nobody has seen by 2024-11-20; six more have visits that were not entered in the bureau's system


def _revisit_old(stage, old):
    late = stage.many(LAST_VISITS) if stage.scale == 1 else 1
    for place, family in enumerate(old[late:], late):
        windows = VISITS[tier(place)]
        chosen = [window for window in windows if stage.dice.random() < window[2]]
        if not any(last < REFUSED_ON for _, last, _ in chosen):
            chosen.insert(0, windows[0])
        for first, last, _ in chosen:
            days = [day for day in days_between(first, last) if stage.calendar.is_workday(day)]
            _visit(stage, family, stage.dice.choice(days), place)
    for place, family in enumerate(old[:late]):
        activities.revisit(stage, family, stage.workday(D(2024, 11, 21) + timedelta(days=place % 7)))
    for family in old[late : late + 6]:
        activities.revisit(stage, family, stage.workday(D(2024, 11, 25)), start="13:30")


def _visit(stage, family, day, place):
    not_entered = 15 <= place < 21 and stage.scale == 1
    alone = place % 120 == 30 and day < D(2024, 8, 1)
    blurred = place % 97 == 40 and day > D(2024, 10, 8)
    activities.revisit(
        stage,
        family,
        day,
        system_no=not not_entered,
        workers=1 if alone else 2,
        keeps="回访记录缺户主签字" if blurred else "",
        mended_after=10,
    )


# --- cases --------------------------------------------------------------------------------------------------------------
def _work_on_cases(stage, old, new):
    """154 cases that count in the end, 16 of them not yet on 2024-11-20; and a few in every stage when the story ends."""
    chosen = [family for family in new[: stage.many(100)] + old if family.assisted]
    junzhuang = [family for family in chosen if family.area.street.name == "军庄镇"]
    waiting = junzhuang[-stage.many(4) :]
    rest = iter([family for family in chosen if family not in waiting])
    courses = [
        Course(next(rest), day, gap=13 + place % 5)
        for place, day in enumerate(spread(D(2024, 5, 13), D(2024, 8, 6), stage.many(138)))
    ]
    courses += [_waiting(family) for family in waiting]
    courses += [_fifth_late(next(rest), place) for place in range(stage.many(7))]
    courses += [_few_direct(next(rest), place) for place in range(stage.many(3))]
    courses += [_no_answer(next(rest), place) for place in range(stage.many(2))]
    for number, course in enumerate([*courses, *_open_ends(rest)], 1):
        course.satisfied = number % 29 != 0
        cases.begin(stage, course, number)


def _waiting(family):
    return Course(family, D(2024, 8, 5), gap=14, late={4: D(2024, 11, 12)}, closing=2, officer_days=5)


def _fifth_late(family, place):
    return Course(
        family,
        D(2024, 8, 12) + timedelta(days=place),
        gap=16,
        late={4: D(2024, 11, 21) if place < 4 else D(2024, 11, 25)},
        closing=1,
        officer_days=1,
    )


def _few_direct(family, place):
    modes = ("interview", "resource", "resource", "home", "resource", "interview")
    return Course(
        family,
        D(2024, 8, 1) + timedelta(days=place),
        gap=14,
        modes=modes,
        late={5: D(2024, 11, 25)},
        closing=1,
        officer_days=1,
    )


def _no_answer(family, place):
    return Course(
        family,
        D(2024, 7, 29) + timedelta(days=place),
        gap=16,
        late={"evaluation": D(2024, 11, 25)},
        closing=1,
        officer_days=1,
    )


def _open_ends(families):
    """Two that end before they begin, and six that are on their way in December: in every stage, closed by the spring."""
    steps = (
        ("refuse", D(2024, 9, 2)),
        ("withdraw", D(2024, 9, 5)),
        ("", D(2024, 10, 8)),
        ("", D(2024, 11, 4)),
        ("", D(2024, 11, 18)),
        ("return", D(2024, 12, 3)),
        ("", D(2024, 12, 5)),
        ("", D(2024, 12, 13)),
    )
    return [Course(next(families), day, stops_after=step, crisis=day == D(2024, 12, 13)) for step, day in steps]


# --- results and money --------------------------------------------------------------------------------------------------
def _hand_in(stage):
    for kind, title, day, accepted in DOCUMENTS:
        results.deliver(stage, kind, title, day, accepted=accepted)
    results.deliver(
        stage,
        "performance_evidence",
        "绩效指标证明材料目录",
        D(2024, 11, 22),
        accepted=1,
        returned="缺目录和页码，个案部分未附满意度汇总",
    )
    for place, (title, day) in enumerate(
        zip(EXEMPLARS, spread(D(2024, 9, 4), D(2024, 11, 28), len(EXEMPLARS)), strict=True), 1
    ):
        results.deliver(stage, "exemplar_case", f"典型案例 {place:02d}：{title}", stage.workday(day), accepted=2)


def _final_payment(stage):
    results.report_months(
        stage, D(2024, 4, 18), D(2024, 12, 17), returned={D(2024, 10, 1): (D(2024, 11, 8), D(2024, 11, 18))}
    )
    money.ask(stage, 2, D(2024, 11, 18))
    money.send_back(stage, 2, D(2024, 11, 21), "10:20", D(2024, 11, 29))
    money.accept(stage, D(2024, 12, 5), D(2024, 12, 12), [stage.world[name] for name in ("温如玉", "顾南枝", "岳青崖")])
    money.invoice(stage, 2, "24110000000000126664", D(2024, 12, 13))
    money.ask(stage, 2, D(2024, 12, 16))


__all__ = ["MISSING_GROUP", "PAYABLE_ON", "REFUSED_ON", "households", "load", "moment"]
