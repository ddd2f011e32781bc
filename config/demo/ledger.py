"""For whom: invented families, the lists from which they are imported, their surveys and plans."""

import io
from dataclasses import dataclass
from datetime import date, timedelta

from openpyxl import Workbook

from caseload.actions import household_papers as forms
from caseload.actions import households as acts
from caseload.actions import ledger_import
from caseload.actions.people import add_carer
from caseload.models import Household
from caseload.rules.disclosure import is_minor
from config.demo.papers import upload
from config.demo.stage import moment
from documents.rules import OFFICE
from services.actions import follow_ups
from tenancy.rules import id_number_check

SURNAMES = "云岳溪江林叶顾沈苏程夏白温方石陶许秦陆周管严何骆宁安戚莫贺孟袁蒋简丁时黎钟梁颜卫曲柯虞邵柏伏楚裴荀路凌"
GIVEN = (
    "露华", "雨生", "至安", "降清", "满仓", "分平", "暑宁", "雪融", "寒松", "蛰明", "谷香", "芒种", "立秋", "望月", "听泉", "扶风", "照水", "怀山",
    "归帆", "晚亭", "知秋", "守拙", "若谷", "长庚", "明远", "静波", "素荷", "春和", "景明", "采薇", "映雪", "临渊", "朝晖", "暮云", "星河", "润田",
    "有禾", "来福", "德安", "玉兰", "桂枝", "秀英", "金枝", "宝田", "荷香", "冬青", "向阳", "海棠", "梅影", "竹心",
)  # fmt: skip
FIRST_NAMES_TAKEN = 1  # numbers of people run through SURNAMES × GIVEN; a third sign makes the next round differ
# The register's code (as it counts), the list's word, how many of a hundred, and how old the head is.
CATEGORIES = (
    ("城市低保", 30, (38, 66)), ("农村低保", 22, (40, 72)), ("低收入", 18, (35, 62)), ("分散供养特困", 14, (62, 82)),
    ("重度残疾人", 6, (30, 60)), ("高龄老年人", 4, (80, 91)), ("独居老年人", 3, (66, 84)), ("罹患大病", 3, (40, 60)),
)  # fmt: skip
OF_EACH = ("就业状况", "受教育程度", "健康状况")
ASSISTED = {"城市低保", "农村低保", "低收入", "分散供养特困"}
DETAILS = {
    "就业状况": ("无业", "灵活就业", "务农", "退休", "打零工"),
    "受教育程度": ("小学", "初中", "高中", "中专", "未上学"),
    "享受保障情况": ("低保金", "低保金、医疗救助", "特困供养", "重残护理补贴", "暂无"),
    "帮扶需求": ("就医陪同", "就业信息", "子女学业辅导", "居家照料", "心理支持", "政策咨询", "辅具申请"),
    "困境类别": ("高龄", "独居", "失能"),
    "健康状况": ("慢性病，能自理", "行动不便", "良好", "需他人照料", "大病治疗中"),
    "照料人": ("配偶", "子女", "邻居", "尚无"),
    "监护人": ("本人", "子女", "社区居（村）委会"),
    "残疾类型": ("肢体", "视力", "听力", "精神"),
    "残疾等级": ("一级", "二级"),
    "基本情况": ("近期住院，收入中断", "主要劳动力患病"),
    "急难情形": ("医疗支出大", "照料人手不足"),
}
HEADERS = (
    "户编号",
    "建档日期",
    "街道（乡镇）",
    "社区（村）",
    "姓名",
    "与户主关系",
    "身份证号",
    "电话",
    "类别",
    "类别起始日期",
    "住址",
    *DETAILS,
)


@dataclass
class Family:
    """A household of the list: `rows` are its sheet rows, `assisted` says that it may become a case."""

    number: str
    area: object
    rows: list
    assisted: bool


class Families:
    """Makes families that no register knows: names from pools, identity numbers of a division that doesn't exist (99…)."""

    def __init__(self, dice, prefix, division):
        self.dice, self.prefix, self.division, self._people, self._households = dice, prefix, division, 0, 0

    def _name(self):
        place = self._people * 37
        rest, surname = divmod(place, len(SURNAMES))
        return SURNAMES[surname] + GIVEN[(rest * 7 + self._people) % len(GIVEN)]

    def _person(self, age, today):
        self._people += 1
        birth = date(today.year - age, 1, 1) + timedelta(days=self.dice.randint(0, 360))
        first = f"99{self.division:04d}{birth:%Y%m%d}{self._people % 1000:03d}"
        return self._name(), first + id_number_check(first), f"100{self._people:08d}"

    def _own(self, word, words):
        """What the list says of a member who isn't the head: by turns, so that the dice of everybody else fall as before."""
        return words[(self._people * 7 + len(word)) % len(words)]

    def make(self, area, today, filed_on=None):
        """One family of a community."""
        self._households += 1
        number, dice = f"{self.prefix}-{self._households:04d}", self.dice
        label, _, ages = dice.choices(CATEGORIES, weights=[line[1] for line in CATEGORIES])[0]
        if label == "农村低保" and not area.is_village:
            label = "城市低保"
        since = date(dice.randint(2019, 2023), dice.randint(1, 12), 1)
        name, id_number, phone = self._person(dice.randint(*ages), today)
        shared = [number, filed_on, area.street.name, area.name]
        head = [
            *shared,
            name,
            "户主",
            id_number,
            phone,
            label,
            since,
            f"{area.name}{dice.randint(1, 30)}号",
            *(dice.choice(words) for words in DETAILS.values()),
        ]
        rows = [head]
        for relation, span in dice.choice(((), (), (("配偶", ages),), (("子女", (9, 17)),))):
            age = dice.randint(*span)
            name, id_number, phone = self._person(age, today)
            own = [self._own(word, words) if age >= 18 and word in OF_EACH else None for word, words in DETAILS.items()]
            rows.append([*shared, name, relation, id_number, phone, None, None, None, *own])
        return Family(number, area, rows, label in ASSISTED)


def workbook(families):
    """The families as the Excel list that an agency would upload, as bytes."""
    book = Workbook()
    sheet = book.active
    sheet.append(HEADERS)
    for family in families:
        for row in family.rows:
            sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def import_list(stage, families, title, *, at):
    """Upload, check and take over a list; the stage then knows the households by number."""
    content = upload(f"{title}.xlsx", workbook(families), f"{OFFICE}.spreadsheetml.sheet")
    row = ledger_import.check_list(contract=stage.contract, upload=content, by=stage.manager, at=at)
    ledger_import.take_list(row, by=stage.manager, at=at, whole=True)
    numbers = [family.number for family in families]
    found = Household.objects.filter(number__in=numbers).select_related("area__street", "contract")
    for household in found.prefetch_related("people"):
        stage.households[household.number] = household


def places(stage, number):
    """Communities for so many households: the streets' shares by their size, every community served."""
    areas = [area for street in stage.streets for area in stage.world.communities[street]]
    return [areas[place % len(areas)] for place in range(number)]


def list_as(stage, families, kind, facts_of, *, at):
    """Put households on a register of the contract, each with its facts."""
    for place, family in enumerate(families):
        household = stage.households[family.number]
        acts.put_on_register(
            contract=stage.contract,
            kind=kind,
            household=household,
            from_day=moment_day(at),
            facts=facts_of(place),
            by=stage.manager,
            at=at,
        )


def moment_day(at):
    """The day of a moment of the story."""
    return at.date()


def plan_visits(stage, *, at):
    """The revisits of the whole term are planned, as often as the contract's frequencies ask for the listed households."""
    follow_ups.make_plan(stage.contract, by=stage.manager, at=at)


SURVEY = {
    "mode": "入户", "informant": "户主", "income_from": ["保障金"], "housing": "自有", "dwelling": "屋内整洁，通道无杂物", "benefits": "以保障金为主",
    "situation": "户主无固定工作，家中有慢性病人", "services": ["经济救助", "心理关怀"], "needs": "政策咨询、就医陪同", "advice": "办妥应享待遇，每季度探访一次",
}  # fmt: skip
PLAN = {"aim": "三个月内办妥应享待遇，病情平稳", "revisits": "每季度入户一次，其间电话回访"}
OF_ALL = ("政策咨询", "应享待遇办妥", "入户讲解，协助准备材料", "街道（乡镇）救助服务所")
OF_ONE = ("就医陪同", "按时复诊、按时服药", "陪同就诊，提醒服药", "社区卫生服务站")
OF_CHILD = ("学业辅导", "按时完成作业", "链接志愿者每周辅导", "志愿者")


def survey_household(stage, family, *, at, plan=True, system_no=True):
    """What a new file needs beside the list: survey at home, guardians, plan, the number in the bureau's own system."""
    household = stage.households[family.number]
    by, people = stage.worker_for(family.area), list(household.people.all())
    head = next(person for person in people if person.is_head)
    children = [person for person in people if is_minor(person.birth_date, person.relation, on=moment_day(at))]
    lines = [{"who": str(child.pk), "schooling": "在读", "health": "良好"} for child in children]
    lines += [{"who": str(person.pk), "health": "慢性病，能自理"} for person in people if person not in children]
    known = {"on": moment_day(at), "by": by, "at": at}
    forms.file_household_form(household, "needs_survey", answers=SURVEY, lines=lines, **known)
    for child in children:
        add_carer(child, role="guardian", member=head, relation="父母", from_day=moment_day(at), by=by, at=at)
    if plan:
        lines = [_measure("", OF_ALL, by, at)]
        lines += [_measure(str(one.pk), OF_CHILD if one in children else OF_ONE, by, at) for one in people]
        forms.file_household_form(household, "assistance_plan", answers=PLAN, lines=lines, **known)
    if system_no:
        acts.set_system_no(household, f"JZ{family.number[-4:]}", by=by, at=at)


def _measure(who, words, by, at):
    need, goal, measure, way = words
    day = moment_day(at)
    return {
        "who": who, "need": need, "goal": goal, "measure": measure, "way": way, "responsible": by.account.name, "from": f"{day:%Y-%m-%d}",
        "until": f"{day + timedelta(days=90):%Y-%m-%d}",
    }  # fmt: skip


__all__ = [
    "Families",
    "Family",
    "import_list",
    "list_as",
    "moment",
    "places",
    "plan_visits",
    "survey_household",
    "workbook",
]
