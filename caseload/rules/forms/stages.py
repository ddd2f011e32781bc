"""The forms that the acts of a stage file: intake, assessment, plan and agreement, evaluation, closure.

Clause: MTG04 附件2 五（三）1-3, 5, 6.
"""

from caseload.rules.forms.questions import Form, Section, day, line, many, one, scales, words

YES, NO = "是", "否"
GUARDIAN = ("signed_by", "监护人")

INTAKE = Form(
    "intake",
    "接案记录表",
    ("source", "identified_on", "first_contact_on", "is_crisis", "problem"),
    (
        Section(
            "初步接触",
            (
                one("contact_mode", "接触方式", "入户面谈", "机构面谈", "社区面谈", required=False),
                one("in_scope", "属于服务范围", YES, NO, required=False),
                one("willing", "服务意愿", "愿意", "犹豫", "由监护人决定"),
                words("expectations", "期望和澄清", "介绍社工职责和服务方式后，服务对象的期望", required=False),
            ),
        ),
        Section(
            "初步判断",
            (
                words("problems", "困境和问题"),
                words("needs", "初步需求"),
                words("collected", "已收集的信息", required=False),
            ),
        ),
        Section(
            "意见",
            (
                one("opinion", "专业意见", "建议接案", "建议转介", "暂不接案"),
                words("opinion_reason", "意见的理由", required=False, rows=2),
                line("community_opinion", "社区居（村）委会意见", "写明意见和经办人", longest=200),
            ),
        ),
    ),
    ("社会工作者", "社区居（村）委会（盖章）", "街道（乡镇）主管部门（盖章）"),
    opinion="intake",
)

ASSESSMENT = Form(
    "assessment",
    "个案工作预估表",
    ("opened_on", "assessed_on", "problem"),
    (
        Section(
            "资料来源",
            (
                many("methods", "预估方式", "面谈", "家庭访视", "社区（村）走访", "信息查阅", required=False),
                line("informants", "提供信息的人", "本人、家属、社区、街道", required=False),
            ),
        ),
        Section(
            "服务对象情况",
            (
                words("physical", "生理状况"),
                words("psychological", "心理状况"),
                words("social", "社会状况", "家庭、邻里、社区，已接受的救助"),
                words("own_view", "本人的感受、观念和期待", required=False),
            ),
        ),
        Section(
            "所处环境",
            (
                words("micro", "微观系统（个人和家庭）", required=False),
                words("meso", "中观系统（邻里、单位、社区）", required=False),
                words("macro", "宏观系统（政策和社会）", required=False),
                words("assistance", "已接受的救助、福利和资助", required=False),
            ),
        ),
        Section(
            "分析判断",
            (
                words("strengths", "资源、优势和障碍"),
                words("urgent", "问题排序", "按轻重缓急，急需解决的写在前面"),
                one("risk", "风险等级", "低", "中", "高", required=False),
                scales(),
            ),
        ),
    ),
    ("社会工作者", "督导"),
    day="完成日期",
)

PLAN = Form(
    "plan",
    "个案工作计划表",
    ("assessed_on", "planned_on", "version", "goals"),
    (
        Section(
            "目标和方法",
            (
                words("aim", "总目标"),
                line("model", "介入模式"),
                words("strategy", "介入策略", required=False),
            ),
        ),
        Section(
            "行动",
            (
                words("steps", "行动步骤和进度", "步骤、日期、负责人", rows=4),
                words("resources", "需链接的资源", required=False),
                words("evaluation", "评估方法"),
                words("participation", "服务对象的参与和意愿", required=False),
            ),
        ),
        Section("修订", (words("revision", "修订原因", "修订计划时写明", required=False, rows=2),)),
    ),
    ("服务对象（监护人）", "社会工作者", "督导"),
    day="制定日期",
)

AGREEMENT = Form(
    "agreement",
    "个案服务协议",
    ("planned_on", "provider"),
    (
        Section(
            "任务和期限",
            (
                words("client_tasks", "服务对象的任务", required=False),
                words("worker_tasks", "社会工作者的任务", required=False),
                line("term", "服务期限", "例：签订之日起 6 个月", required=False),
            ),
        ),
        Section(
            "同意和签字",
            (
                many("consents", "服务对象同意", "记录服务过程", "拍照", "与协作机构共享必要信息", required=False),
                one("signed_by", "协议由谁签字", "本人", "监护人"),
                line("guardian", "监护人姓名和关系", when=GUARDIAN),
            ),
        ),
    ),
    ("服务对象（监护人）", "社会工作者", "服务机构（盖章）"),
    day="签订日期",
    terms=(
        "服务对象自愿接受个案服务，有权了解服务内容、参与制定计划、提出意见，并可随时退出。",
        "社会工作者尊重服务对象的意愿，按计划提供服务，不向服务对象收取费用。",
        "双方的谈话和资料予以保密。遇有危及本人或他人生命安全、法律要求提供的情形，社会工作者可向有关部门报告，并尽可能事先告知。",
        "未经服务对象（监护人）同意，不拍照、不录音录像，不向无关人员提供资料。",
    ),
)

EVALUATION = Form(
    "evaluation",
    "个案工作评估记录表",
    ("planned_on", "evaluated_on", "goals"),
    (
        Section(
            "服务成效",
            (
                words("change", "服务对象的改变"),
                words("attained", "目标实现程度"),
                scales("量表后测得分"),
                one("satisfied", "服务对象满意度", "满意", "基本满意", "不满意", required=False),
                words("said", "服务对象的评价", required=False, rows=2),
            ),
        ),
        Section(
            "服务过程",
            (
                words("process", "服务过程评价"),
                words("remaining", "尚未满足的需求", required=False),
                one("conclusion", "结论", "建议结案", "继续服务", "建议转介"),
            ),
        ),
    ),
    ("社会工作者", "督导", "街道（乡镇）主管部门（盖章）"),
    day="完成日期",
    opinion="closure",
)

CLOSURE = Form(
    "closure",
    "个案工作结案报告",
    ("opened_on", "planned_on", "evaluated_on", "goals"),
    (
        Section(
            "结案",
            (
                one("reason", "结案原因"),  # the choices are rules.cases.CLOSURE_REASONS
                day("agreed_on", "与服务对象商定的结案日期", required=False),
                words("safe", "退出服务的风险评估", "主动退出的，写明不危及生命安全和基本生活的依据", when=("reason", "client_withdraws")),
            ),
        ),
        Section(
            "总结",
            (
                words("review", "服务过程回顾", required=False, rows=4),
                words("summary", "结案意见", "结果和已取得的改变", rows=4, longest=2000),
                words("remaining", "遗留需求", required=False),
                words("farewell", "离别情绪的处理", required=False, rows=2),
                words("follow_up", "结案后的回访安排", "半年到一年，方式和时间", required=False, rows=2),
            ),
        ),
    ),
    ("社会工作者", "督导", "街道（乡镇）主管部门（盖章）"),
    day="提交日期",
    opinion="closure",
)  # fmt: skip
