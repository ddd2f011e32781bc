"""《困境家庭基本情况及需求调查表》: asked at home, of the family and of each member."""

from caseload.rules import ledger
from caseload.rules.forms.questions import Form, Section, line, many, one, words

HOME = "入户"
# The eight kinds of service of the case guide (MTG04 附件2 五（二）).
SERVICES = (
    "经济救助",
    "心理关怀",
    "社会关系促进",
    "生计发展",
    "危机干预",
    "生理健康服务",
    "权益保护",
    "教育救助",
)

SURVEY = Form(
    ledger.NEEDS_SURVEY,
    "困境家庭基本情况及需求调查表",
    ("number", "place", "address", "categories"),
    (
        Section(
            "调查",
            (
                one("mode", "调查方式", HOME, "社区（村）面谈", "电话"),
                line("informant", "受访人", "姓名和与户主的关系", longest=60),
            ),
        ),
        Section(
            "家庭经济和住房",
            (
                many("income_from", "收入来源", "工资", "经营", "养老金", "保障金", "亲友资助", "其他"),
                line("income", "家庭月收入（元）", required=False, longest=20),
                words("spending", "主要支出和负债", required=False, rows=2),
                one("housing", "住房", "自有", "公租", "租住", "借住", "其他"),
                words("dwelling", "居住状况", required=False, rows=2),
                words("benefits", "享受保障情况", "保障项目和金额；没有的写“无”", rows=2),
            ),
        ),
        Section(
            "入户观察",
            (
                words("visited", "访：走访情况", required=False, rows=2),
                words("looked", "看：家庭环境、安全隐患", required=False, rows=2),
                words("asked", "问：生活、健康、就业和就学", required=False, rows=2),
                words("noted", "记：其他", required=False, rows=2),
            ),
        ),
        Section(
            "困难和需求",
            (
                words("situation", "基本情况", "致困原因、持续时间", rows=3),
                words("difficulty", "困境类别", "失能、失智、独居、残疾等", required=False, rows=2),
                words("parents", "父母状况", "家中有未成年人的填写", required=False, rows=2),
                words("urgency", "急难情形", "没有的不填", required=False, rows=2),
                many("services", "需要的服务", *SERVICES),
                words("needs", "帮扶需求", "按轻重缓急", rows=3),
                words("advice", "帮扶建议", "服务措施或对策", rows=3),
            ),
        ),
    ),
    ("调查人", "受访人", "社区居（村）委会（盖章）"),
    day="调查日期",
)


def to_ledger(answers):
    """{ledger field: text} of what the survey says and the ledger keeps."""
    return {code: answers[code] for code in ledger.OF_HOUSEHOLD if answers.get(code)}


def member_fields(*, is_minor):
    """The personal fields that the survey asks of a member, by age; others may be told on the member's own page."""
    own = ("schooling",) if is_minor else ("employment", "education")
    return (*own, "health", "benefits", "disability_type", "disability_grade")


def survey_gaps(members, lines):
    """What the survey must say of each member and doesn't. `members` are (pk, name, is_minor)."""
    said = {line["who"]: line for line in lines}
    gaps = []
    for pk, name, is_minor in members:
        asked = ("schooling", "health") if is_minor else ("employment", "education", "health")
        lacks = [ledger.PERSONAL[code] for code in asked if not said.get(str(pk), {}).get(code)]
        if lacks:
            gaps.append(f"{name}未填：{'、'.join(lacks)}")
    return gaps
