"""Every component on one page, each beside the template code that drew it. Served to a demonstration and to developers only."""

import datetime as dt
import json
from decimal import Decimal
from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from tenancy.clock import SHANGHAI

EXAMPLES = {
    "status": "状态",
    "facts": "要点、节点链、在谁手里",
    "table": "表格、进度",
    "conditions": "支付条件",
    "approvals": "审批、金额",
    "notes": "提示、补齐办法、原文",
    "lists": "列表、标签页、翻页",
    "fields": "表单",
    "errors": "表单有错",
    "dialog": "对话框、菜单、消息",
    "empty": "空白、加载、长任务",
    "photos": "照片、材料、缺什么",
    "inbox": "收件箱（J / K / Enter / A / R）",
    "icons": "图标",
}


class VisitForm(forms.Form):
    """One field of each kind."""

    use_required_attribute = False

    mode = forms.ChoiceField(
        label="方式",
        choices=[("face", "面谈"), ("phone", "电话"), ("net", "网络"), ("link", "资源协调")],
        widget=forms.RadioSelect,
        initial="face",
    )
    place = forms.CharField(label="地点", max_length=40, help_text="写到社区或村")
    day = forms.DateField(label="日期", widget=forms.DateInput(attrs={"type": "date"}))
    hours = forms.DecimalField(label="时长", required=False)
    about = forms.MultipleChoiceField(
        label="做了什么",
        choices=[("care", "心理关怀"), ("policy", "政策咨询"), ("link", "资源链接")],
        widget=forms.CheckboxSelectMultiple,
        initial=["care"],
        required=False,
    )
    street = forms.ChoiceField(
        label="街镇", choices=[("", "请选择"), ("chengzi", "城子街道"), ("datai", "大台街道"), ("junzhuang", "军庄镇")]
    )
    result = forms.ChoiceField(
        label="结论",
        choices=[
            (str(n), text)
            for n, text in enumerate(
                ["计入", "不计入，缺签到表", "不计入，人数不足", "不计入，超过上限", "不计入，地区不符", "另行说明"]
            )
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    words = forms.CharField(label="经过", widget=forms.Textarea(attrs={"rows": 3}))
    paper = forms.FileField(label="签到表", help_text="PDF 或图片，20 MB 以内", required=False)
    agreed = forms.BooleanField(label="服务对象同意照片用于报告")


MOMENT = dt.datetime(2024, 11, 20, 9, 42, tzinfo=SHANGHAI)
SAMPLES = {
    "links": [
        {"title": "签订合同", "state": "done", "lines": ["04-18"]},
        {"title": "首付款 70%", "state": "done", "lines": ["388,371.20 元", "04-30 付，第 9 / 10 个工作日"]},
        {
            "title": "全部工作完成",
            "state": "now",
            "lines": ["11-30 前，8 / 16 项达标"],
            "bad": "预计 2 项不达标",
            "share": 60,
            "today": "今天 11-20",
        },
        {"title": "提交正式成果", "state": "", "lines": ["9 / 11 份"]},
        {"title": "验收", "state": "", "lines": ["甲方组织，专家签字"]},
        {"title": "尾款 30%", "state": "", "lines": ["166,444.80 元", "验收后 10 个工作日内"]},
        {"title": "服务期满", "state": "", "lines": ["2025-04-17"]},
    ],
    "groups": [
        {
            "title": "全部工作完成",
            "cite": "第五条第二款第2项、附件1",
            "rows": [
                {
                    "state": "met",
                    "name": "新增建档",
                    "required": "154 户",
                    "actual": "154",
                    "gap": "",
                    "basis": "154 份档案",
                },
                {
                    "state": "not_met",
                    "name": "个案帮扶",
                    "required": "154 例",
                    "actual": "138",
                    "gap": "差 16 例",
                    "note": "介入不足 5 次 7，直接不足 3 次 3，待街道批准结案 4，缺满意度表 2",
                    "who": "社工 12 例，军庄镇 4 例",
                    "basis": "16 例名单",
                    "url": "#conditions",
                },
            ],
        },
        {
            "title": "正式成果",
            "cite": "第五条第二款第2项、附件2 一（七）",
            "rows": [
                {
                    "state": "unknown",
                    "name": "结项验收报告",
                    "required": "1 份",
                    "actual": "",
                    "gap": "两处日期不一，请甲方确认口径",
                    "who": "周砚秋",
                    "basis": "口径 A-03",
                },
            ],
        },
    ],
    "steps": [
        {"title": "提交申请", "name": "许星河", "state": "done", "note": "协力中心　11-18 16:05"},
        {
            "title": "经办人核验",
            "name": "周砚秋（你）",
            "state": "now",
            "elapsed": 2,
            "limit": 3,
            "due": dt.date(2024, 11, 21),
        },
        {"title": "科室负责人审核", "name": "秦望舒", "state": "", "note": "2 个工作日"},
        {"title": "分管领导批准", "name": "陆长亭", "state": "", "note": "2 个工作日"},
        {"title": "财务付款", "name": "顾明灯", "state": "", "note": "验收通过后 10 个工作日内"},
    ],
    "mends": [
        {
            "text": "军庄镇 10-11 重阳活动补交签到表",
            "gain": "+1",
            "who": "江一帆",
            "when": "今天可办",
            "url": "#notes",
        },
        {"text": "军庄镇 11-23 法律讲座按期举办且到场 30—50 人", "gain": "+1", "who": "江一帆", "when": "已排"},
    ],
    "events": [
        {"at": MOMENT, "text": "质控退回 1 条记录：军庄镇重阳活动，缺签到表", "by": "何木兰"},
        {"at": MOMENT - dt.timedelta(days=1), "text": "提交尾款申请（166,444.80 元）", "by": "许星河", "url": "#lists"},
    ],
    "papers": [("方案", True), ("签到表", False), ("照片", True), ("总结", True)],
    "jobs": [
        {
            "title": "生成 10月月报 PDF",
            "state": "running",
            "done": 6,
            "total": 9,
            "told": "可以离开本页，完成后在“文件”里取。",
        },
        {
            "title": "导出台账",
            "state": "done",
            "done": 1,
            "total": 1,
            "told": "11-20 09:40，2,846 行",
            "url": "#empty",
        },
    ],
    "day": MOMENT.date(),
    "deduction": Decimal("-2774.08"),
}


def _frame():
    organisation = SimpleNamespace(name="门头沟区民政局", short_name="门头沟区民政局")
    member = SimpleNamespace(
        pk="gallery",
        account=SimpleNamespace(name="周砚秋"),
        organisation=organisation,
        title="社会救助科",
        get_role_display="经办人",
    )
    labels = [
        ("工作台", "", 6),
        ("合同", "", 0),
        ("服务记录", "", 0),
        ("个案", "", 0),
        ("报告", "", 0),
        ("评估", "", 0),
        ("支付", "", 0),
    ]
    return {
        "member": member,
        "nav": [
            {"label": label, "url": "/gallery/", "on": label == "合同", "count": count} for label, _, count in labels
        ],
        "memberships": [
            {"label": "经办人 · 社会救助科", "url": "/gallery/", "on": True},
            {"label": "评审专家 · 衡度评估咨询", "url": "/gallery/", "on": False},
        ],
        "search_url": "/gallery/",
        "now": dt.datetime(2024, 11, 20, 9, 42, tzinfo=SHANGHAI),
        "demo": True,
    }


def _icon_names():
    return sorted(json.loads((settings.BASE_DIR / "static/vendor/tabler-icons/icons.json").read_text("utf-8")))


def _still(html):
    # The summary of errors takes the focus wherever it stands; among the examples it must not.
    return mark_safe(html.replace(" data-errors", ""))  # noqa: S308  (our own templates)


def _open_only_here():
    if not (settings.DEMO or settings.DEBUG):
        raise Http404


@require_safe
def gallery(request):
    """All components, each drawn from its own small template, with that template's source below it."""
    _open_only_here()
    wrong = VisitForm(
        {
            "wrong-mode": "face",
            "wrong-place": "龙门新区一区",
            "wrong-day": "2024-11-20",
            "wrong-words": "",
            "wrong-street": "datai",
            "wrong-agreed": "on",
        },
        prefix="wrong",
    )
    data = SAMPLES | {"form": VisitForm(), "wrong": wrong, "icon_names": _icon_names()}
    drawn = []
    for name, title in EXAMPLES.items():
        template = get_template(f"config/gallery/{name}.html")
        drawn.append(
            {
                "name": name,
                "title": title,
                "html": _still(template.render(data, request)),
                "source": template.template.source,
            }
        )
    return render(request, "config/gallery.html", _frame() | {"examples": drawn})


@require_safe
def phone(request):
    """The phone shell with a record form."""
    _open_only_here()
    nav = [
        {"label": "今天", "url": "/gallery/phone/", "on": True, "icon": "home", "count": 5},
        {"label": "我的个案", "url": "/gallery/phone/", "on": False, "icon": "folder"},
        {"label": "记一笔", "url": "/gallery/phone/", "add": True},
        {"label": "记录", "url": "/gallery/phone/", "on": False, "icon": "list-check"},
        {"label": "我的", "url": "/gallery/phone/", "on": False, "icon": "user"},
    ]
    return render(
        request,
        "config/gallery_phone.html",
        _frame() | {"phone_nav": nav, "form": VisitForm(), "acting": request.GET.get("form")},
    )
