"""A case of paper only: unsaved rows, so that forms can be laid out without a database."""

import json
from datetime import date
from types import SimpleNamespace
from uuid import uuid4

from caseload.casefile import binding
from caseload.models import Case
from caseload.rules import forms, outcomes
from documents.render import pdf
from tests.cast import at

LONG = "长期独居，邻里少往来，腿脚不便，愿意在社工陪同下参加社区活动；夜间咳嗽，每日睡眠不足四小时，子女在外地务工，每月电话一次。"
GOALS = [
    {"title": "每周外出", "before": "0 次", "now": "3 次", "target": "4 次"},
    {"title": "办理护理补贴，取得残疾人证并申请居家照护服务，建立与镇卫生院的定期随访联系", "before": "未享受", "now": "已享受", "target": "已享受"},
    {"title": "与邻居来往", "before": "不来往", "now": "偶尔", "target": "经常", "degree": "部分实现"},
    {"title": "睡眠", "before": "4 小时", "now": "", "target": "7 小时"},
]  # fmt: skip


def scores(*found):
    known = dict(zip(("抑郁自评量表（SDS）", "日常生活能力量表（Barthel）"), found, strict=True))
    return outcomes.cleaned([{"name": name, "score": score} for name, score in known.items()])


class Words(str):
    """A sealed value that is open."""

    __slots__ = ()

    def reveal(self):
        return str(self)


def make_case(goals=GOALS):
    """An unsaved Case whose people and places are plain values."""
    place = SimpleNamespace
    case = Case(
        number="QH01-GA-0001", source="台账筛选", identified_on=date(2024, 5, 6), first_contact_on=date(2024, 5, 8), opened_on=date(2024, 5, 10),
        assessed_on=date(2024, 5, 20), planned_on=date(2024, 5, 24), evaluated_on=date(2024, 9, 1), state="open", goals=goals,
    )  # fmt: skip
    person = place(name=Words("欧阳霜降"), id_number=Words("99000019620304154X"), phone="138****0001", birth_date=date(1962, 3, 4), get_sex_display=lambda: "女")  # fmt: skip
    names = {
        "person": person, "household": place(number="QH01-H-0001"), "street": place(name="柳林街道"), "area": place(name="柳林一社区"),
        "worker": place(account=place(name="江一帆")), "contract": place(provider=place(name="青河区同心社会工作服务中心")),
    }  # fmt: skip
    case._state.fields_cache.update(names)
    case.problem = Words("独居，就医不便；" + LONG)
    return case


def make_paper(kind, data, *, day=date(2024, 9, 1), version=1):
    text = Words(json.dumps(data, ensure_ascii=False) if data else "")
    return SimpleNamespace(pk=uuid4(), kind=kind, data=text, filled_on=day, version=version, file=None, created_at=at("2024-09-01 10:00"))  # fmt: skip


def whole(kind, *, times=1, last=False, **more):
    """An answer to every question of a form that stands; texts are told apart by their question."""
    data = {}
    for field in forms.FORMS[kind].fields:
        if field.look == "one":
            data[field.name] = (field.choices or ("client_withdraws",))[-1 if last else 0]
        elif field.look == "many":
            data[field.name] = list(field.choices)
        elif field.look == "scales":
            data[field.name] = scores("40", "80") if kind == "evaluation" else scores("62", "55")
        elif field.look in ("number", "day"):
            data[field.name] = "86" if field.look == "number" else "2024-09-02"
        else:
            data[field.name] = (f"{field.label}：{LONG}" * times)[: field.longest]
    return forms.answers(kind, {**data, **more})


def laid_out(sheets, case=None):
    """Sheets of a paper case, laid out (documents.render.pdf.Paper)."""
    by = SimpleNamespace(tenant=SimpleNamespace(name="青河区民政局", is_demo=False), account=SimpleNamespace(name="江一帆"))  # fmt: skip
    context = binding.context_of(case or make_case(), by=by, at=at("2024-09-03 10:00"))
    return pdf.layout(binding.ONE, {**context, "sheets": sheets})
