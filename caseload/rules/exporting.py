"""The ledgers as bureaus lay them out: which columns, which of them hold personal values. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from caseload.rules.ledger import FIELDS, OF_HOUSEHOLD, PERSONAL

KEPT_FOR = timedelta(hours=24)
HIDDEN = "已登记"


@dataclass(frozen=True)
class Field:
    """A column of a ledger: its head, how its cells are shown (documents.render.workbook.FORMS), its width."""

    title: str
    form: str = "text"
    width: int = 12


def _days(*titles):
    return [Field(title, "date", 11) for title in titles]


_PLACE = [Field("户编号", width=16), Field("街道（乡镇）", width=13), Field("社区（村）", width=13)]
_DETAILS = [Field(FIELDS[code], width=18) for code in OF_HOUSEHOLD]
# What the change register calls its items.
ITEMS = FIELDS | PERSONAL | {"address": "住址", "note": "备注", "phone": "电话", "relation": "与户主关系"}
COLUMNS = {
    "households": [
        Field("序号", "whole", 6), *_PLACE, Field("户主"), Field("身份证号", width=20), Field("联系电话", width=13), Field("家庭人口", "whole", 9),
        Field("类别", width=18), *_days("类别起始日期"), Field("住址", width=24), *_DETAILS, *_days("建档日期"), Field("系统录入号", width=14),
        Field("台账", width=8), Field("未结个案", "whole", 9),
    ],
    "people": [
        Field("序号", "whole", 6), *_PLACE, Field("姓名"), Field("与户主关系", width=11), Field("性别", width=6), *_days("出生日期"),
        Field("身份证号", width=20), Field("联系电话", width=13), Field("类别", width=18), Field("住址", width=24), *(Field(label, width=14) for label in PERSONAL.values()),
    ],
    "cases": [
        Field("序号", "whole", 6), Field("个案编号", width=16), *_PLACE, Field("服务对象"), Field("身份证号", width=20), Field("来源", width=12), Field("危机", width=6),
        Field("状态", width=10), Field("负责社工", width=10), *_days("发现日期", "首次接触", "批准接案", "完成预估", "计划签订", "完成评估", "结案日期"),
        Field("结案原因", width=14), Field("目标数", "whole", 8), Field("系统录入号", width=14),
    ],
    "groups": [
        Field("序号", "whole", 6), Field("小组名称", width=24), Field("类型", width=10), *_PLACE[1:], Field("带领社工", width=10), Field("状态", width=10),
        Field("组员人数", "whole", 9), *_days("首次活动", "结束日期"), Field("材料份数", "whole", 9),
    ],
    "files": [
        Field("序号", "whole", 6), *_PLACE, Field("户主"), Field("身份证号", width=20), *_days("建档日期", "退出日期"), Field("系统录入号", width=14),
        Field("入户调查", width=9), Field("需求调查表", width=11), Field("帮扶方案", width=9), Field("台账", width=8),
    ],
    "changes": [
        Field("序号", "whole", 6), *_days("变更日期"), *_PLACE, Field("变更人员"), Field("变更事项", width=14), Field("原登记", width=22),
        Field("现登记", width=22), Field("报告人", width=10), Field("佐证", width=16), Field("登记人", width=10), *_days("登记日期"),
    ],
}  # fmt: skip


def birth_cell(birth_date, *, is_open):
    """A birth date as the ledger shows it: the year alone while values are masked, because the rest is most of an identity number."""
    return None if birth_date is None else birth_date if is_open else ("text", f"{birth_date.year}年")


def yes(value):
    """是 or an empty cell."""
    return "是" if value else ""


def notes(*, contract, street, who, organisation, moment, rows, is_open, purpose):
    """The lines above the table: what it is of, and whose copy it is."""
    what = "含个人信息，24 小时后删除，不得转发；未成年人的仍隐去" if is_open else "姓名、证件、电话、住址已隐去"
    return [
        f"{contract}{f'　{street}' if street else ''}　共 {rows:,} 行",
        f"导出人 {who}（{organisation}）　{moment:%Y-%m-%d %H:%M}{f'　用途：{purpose}' if purpose else ''}",
        what,
    ]
