"""The Chinese words for codes: what every tenant calls its kinds, fields, choices, papers and registers."""

from dataclasses import dataclass, field, replace

# Fields that every source has by itself; a tenant's own word for one comes first.
FIELDS = {
    "participants": "参加人数", "minutes": "时长", "hours": "时长", "workers": "服务人员", "score": "评分", "direct": "直接服务", "mode": "方式",
    "quantity": "数量", "members": "组员人数", "age": "年龄", "person.age": "年龄", "person.sex": "性别", "sex": "性别", "satisfied": "评价为满意", "post": "岗位", "side": "一方",
    "system_no": "系统录入号", "closed_on": "结案日期", "first_contact_on": "首次接触日期", "assessed_on": "完成预估日期", "planned_on": "计划签订日期",
    "day": "活动日期", "is_crisis": "危机个案", "purpose": "小组类型", "kind": "类型", "covers": "所属周期", "covers_from": "周期首日", "completion": "完成率", "born_on": "出生日期", "workdays": "用时", "on_time": "按时完成",
}  # fmt: skip
UNITS = {
    "participants": "人",
    "minutes": "分钟",
    "hours": "小时",
    "workers": "人",
    "score": "分",
    "members": "人",
    "age": "周岁",
    "person.age": "周岁",
    "completion": "%",
    "workdays": "个工作日",
}
# What a field is called in one source only.
OF_SOURCE = {
    "incident": {"closed_on": "办结日期", "day": "发生日期"},
    "clock": {"minutes": "用时", "hours": "用时", "workdays": "用时", "on_time": "按时完成", "day": "开始日期"},
    "staff": {"day": "到岗日期", "kind": "人员类别"},
    "score": {"score": "得分", "day": "结论日期"},
    "register": {"day": "登记日期"},
    "document": {"day": "提交日期"},
    "answer": {"day": "填写日期"},
}
STAFF = {"project": "在岗人员", "organisation": "机构人员"}
KEYS = {
    "household": "户",
    "person": "人",
    "case": "个案",
    "group": "小组",
    "team": "组",
    "record": "条",
    "day": "天",
    "area": "社区（村）",
    "street": "街道（乡镇）",
    "org": "单位",
    "point": "点位",
    "subject": "对象",
    "slot": "时段",
}
KINDS_NAMED = ("kind", "document", "register", "incident", "clock", "score")
SEXES = {"male": "男", "female": "女"}


@dataclass(frozen=True)
class Labels:
    """`words` maps (family, code) to a label; `kinds` maps an activity kind to its label, `fields` (kind, field) likewise,
    `choices` (field, code) likewise. A code without a label is shown as it is."""

    words: dict = field(default_factory=dict)
    kinds: dict = field(default_factory=dict)
    fields: dict = field(default_factory=dict)
    choices: dict = field(default_factory=dict)

    def of(self, family, code):
        return self.words.get((family, code), code)

    def within(self, source):
        """The labels as they are said of one source's rows; the tenant's own words still come first."""
        own = {("fact", name): label for name, label in OF_SOURCE.get(source, {}).items()}
        return replace(self, words=own | self.words) if own else self

    def kind(self, source, code):
        """What the rows of a kind are called."""
        if source == "staff":
            return STAFF.get(code, code)
        family = source if source in ("register", "document", "incident", "clock", "score") else "kind"
        if source == "record":
            return self.kinds.get(code) or self.of(family, code)
        return self.of(family, code)

    def field(self, name):
        return self.words.get(("fact", name)) or self.fields.get(name) or FIELDS.get(name, name)

    def choice(self, name, code):
        """The label of a field's value."""
        if name == "post":
            return self.of("post", code)
        if name == "kind":
            named = (self.words.get((family, code)) for family in KINDS_NAMED)
            return next(filter(None, named), None) or self.kinds.get(code) or STAFF.get(code, code)
        if name in ("person.sex", "sex") and ("choice", code) not in self.words:
            return SEXES.get(code, code)
        return self.choices.get((name, code)) or self.of("choice", code)

    @staticmethod
    def unit(name):
        return UNITS.get(name, "")

    @staticmethod
    def key(name):
        return KEYS.get(name, name)


def gather(labels, kinds):
    """Labels from the tenant's words and its activity kinds (rows of contracts.Label and services.ActivityKind)."""
    words = {(row.family, row.code): row.label for row in labels}
    fields, choices = {}, {}
    for kind in kinds:
        choices.update({("mode", mode[0]): mode[1] for mode in kind.modes})
        for described in kind.fields:
            fields.setdefault(described["name"], described["label"])
            choices.update({(described["name"], code): label for code, label in described.get("choices", ())})
    return Labels(words, {kind.code: kind.label for kind in kinds}, fields, choices)
