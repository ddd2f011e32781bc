"""服务对象满意度调查表: what the served person says of a case, by dimension, and how it was asked.

Clause: MTG04 附件2（个案服务档案：服务对象满意度调查表）; dimensions after FCG 五（服务态度、响应速度、专业能力、问题解决效果）.
"""

from caseload.rules.forms.questions import Form, Section, line, number, one, words

YES, NO = "是", "否"
GRADES = ("很满意", "满意", "一般", "不满意", "很不满意")
CONTENT = GRADES[:2]
DIMENSIONS = {
    "attitude": "服务态度",
    "speed": "响应速度",
    "skill": "专业能力",
    "effect": "问题解决效果",
    "respect": "尊重本人意愿和隐私",
}
OVERALL = "overall"

SATISFACTION = Form(
    "satisfaction",
    "服务对象满意度调查表",
    (),
    (
        Section(
            "调查方式",
            (
                line("service", "评价的服务", "例：个案服务 2024 年 5 月至 9 月"),
                one("anonymous", "是否匿名", NO, YES, hint="匿名的打印件不写姓名"),
                one("mode", "填写方式", "本人填写", "工作人员读题代填", "电话访问"),
            ),
        ),
        Section("评价", tuple(one(name, label, *GRADES) for name, label in DIMENSIONS.items())),
        Section(
            "总体",
            (
                one(OVERALL, "总体满意度", *GRADES),
                number("score", "总体评分", "0 到 100 分", required=False, most=100),
                words("comments", "意见和建议", required=False),
            ),
        ),
    ),
    ("服务对象（监护人）", "调查人"),
    day="调查日期",
)


def is_content(answers):
    """Whether the questionnaire counts as satisfied: overall satisfied or better."""
    return answers.get(OVERALL) in CONTENT
