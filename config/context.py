"""What every page needs: the tenant, the member with its navigation, the moment, and whether this is a demonstration."""

from django.conf import settings
from django.urls import reverse

from services.queries.notices import is_reminded
from tenancy import clock
from tenancy.models import Tenant
from tenancy.permissions import ROLES, Permission, allows

# (label, route, permission), in the order of the bar; a role sees what it may open. Order follows product and law: work first.
DESK = [
    ("合同", "contracts:contracts", Permission.CONTRACT_VIEW),
    ("台账", "caseload:households", Permission.LEDGER_VIEW),
    ("服务记录", "services:records", Permission.RECORD_VIEW),
    ("个案", "caseload:cases", Permission.CASE_VIEW),
    ("在站人员", "services:station", Permission.STAY_VIEW),
    ("查看审批", "caseload:disclosure_inbox", Permission.MINOR_APPROVE),
    ("样本个案", "caseload:samples", Permission.SAMPLE_VIEW),
    ("评估样本", "caseload:sample_grants", Permission.ACCEPTANCE_ORGANISE),
    ("日程", "services:calendar", Permission.CASE_VIEW),
    ("报告", "services:reports", Permission.REPORT_VIEW),
    ("评估", "evaluations:acceptances", Permission.EVALUATION_VIEW),
    ("评分", "evaluations:sheets", Permission.EVALUATION_SCORE),
    ("支付", "payments:milestones", Permission.MONEY_VIEW),
    ("档案移交", "caseload:transfers", Permission.FILES_TRANSFER),
    ("保存与销毁", "caseload:retention", Permission.RETENTION_MANAGE),
    ("销毁审批", "caseload:erasures", Permission.RETENTION_DECIDE),
    ("人员", "tenancy:people", Permission.PEOPLE_MANAGE),
    ("组织", "tenancy:organisations", Permission.PEOPLE_MANAGE),
    ("工作日历", "tenancy:calendar", Permission.CALENDAR_EDIT),
    ("对象类别", "caseload:categories", Permission.SETUP_MANAGE),
    ("活动类型", "services:kinds", Permission.SETUP_MANAGE),
    ("词表", "services:words", Permission.SETUP_MANAGE),
    ("审计", "tenancy:audit", Permission.AUDIT_VIEW),
]
# Who sees evaluations finds its own sheets on the desk; a street that only scores needs a way of its own.
SHEETS = "evaluations:sheets"
# What only a station, or only a bureau, has a page for.
OF_STATIONS, OF_BUREAUS = {"services:station"}, {"caseload:cases"}
# The hand: five at most, the round button in the middle.
PHONE = [
    ("今天", "services:today", Permission.RECORD_WRITE, "calendar-event", False),
    ("个案", "caseload:cases", Permission.CASE_VIEW, "folder", False),
    ("在站", "services:station", Permission.STAY_VIEW, "home", False),
    ("登记", "services:new_record", Permission.RECORD_WRITE, "plus", True),
    ("记录", "services:records", Permission.RECORD_VIEW, "list", False),
    ("进度", "contracts:contracts", Permission.CONTRACT_VIEW, "chart-bar", False),
]


def page(request):
    """Context of every page; outside a tenant there is no member and no navigation."""
    member = getattr(request, "member", None)
    tenant = getattr(request, "tenant", None)
    context = {
        "tenant": tenant,
        "member": member,
        "nav": [],
        "phone_nav": [],
        "memberships": [],
        "search_url": "",
        "now": clock.now(),
    }
    context["demo"] = settings.DEMO or bool(tenant and tenant.is_demo)
    if member is not None:
        context["nav"] = _desk(request, member)
        context["phone_nav"] = _phone(request, member)
        context["has_bell"] = is_reminded(member)
    return context


def _desk(request, member):
    home = reverse("desk", kwargs={"tenant": member.tenant.slug})
    items = [
        {
            "label": "审批" if ROLES[member.role].home == "subdistrict" else "工作台",
            "url": home,
            "on": request.path == home,
            "count": 0,
        }
    ]
    for label, route, permission in DESK:
        hidden = (route in OF_STATIONS and not _is_station(member)) or (
            route == SHEETS and allows(member, Permission.EVALUATION_VIEW)
        )
        if allows(member, permission) and not hidden:
            items.append(_item(request, member, label, route))
    return items


def _phone(request, member):
    return [
        {**_item(request, member, label, route), "icon": icon, "add": add}
        for label, route, permission, icon, add in PHONE
        if allows(member, permission) and route not in (OF_BUREAUS if _is_station(member) else OF_STATIONS)
    ]


def _is_station(member):
    return member.tenant.kind == Tenant.Kind.STATION


def _item(request, member, label, route):
    url = reverse(route, kwargs={"tenant": member.tenant.slug})
    return {"label": label, "url": url, "on": request.path.startswith(url), "count": 0}
