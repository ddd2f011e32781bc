"""Filters over the lists. No name and no number of a person travels in an address: those are looked up by POST."""

import django_filters
from django.db.models import Q

from caseload import queries
from caseload.models import Case, Category, Household, HouseholdCategory, RegisterEntry
from caseload.rules import cases as rules
from tenancy import clock
from tenancy.models import Area


class HouseholdFilter(django_filters.FilterSet):
    street = django_filters.ModelChoiceFilter(label="街道（乡镇）", queryset=Area.objects.none, empty_label="全部")
    area = django_filters.ModelChoiceFilter(label="社区（村）", queryset=Area.objects.none, empty_label="全部")
    category = django_filters.ModelChoiceFilter(
        label="类别", queryset=Category.objects.none, empty_label="全部", method="in_category"
    )
    register = django_filters.ChoiceFilter(label="名册", method="on_register", empty_label="全部")
    complete = django_filters.ChoiceFilter(
        label="档案",
        choices=[("no", "不完整"), ("yes", "完整"), ("ending", "类别即将截止")],
        method="by_completeness",
        empty_label="全部",
    )
    number = django_filters.CharFilter(label="户编号", lookup_expr="icontains")

    class Meta:
        model = Household
        fields = []

    def __init__(self, *args, registers=(), places=(), **kwargs):
        super().__init__(*args, **kwargs)
        streets = Area.objects.filter(level=Area.Level.STREET, pk__in=places)
        self.filters["street"].queryset = streets
        self.filters["area"].queryset = Area.objects.filter(street__in=places, level=Area.Level.COMMUNITY)
        self.filters["category"].queryset = Category.objects.all()
        self.filters["register"].extra["choices"] = list(registers)

    def in_category(self, rows, name, value):
        held = HouseholdCategory.objects.filter(queries.present_on(clock.today()), category=value)
        return rows.filter(pk__in=held.values("household_id"))

    def by_completeness(self, rows, name, value):
        if value == "ending":
            return rows.filter(pk__in=queries.ending_soon(on=clock.today()).values("household_id"))
        return rows.filter(queries.incomplete()) if value == "no" else rows.exclude(queries.incomplete())

    def on_register(self, rows, name, value):
        return rows.filter(
            pk__in=RegisterEntry.objects.filter(kind=value, to_day=None, household__isnull=False).values("household_id")
        )


# tab: (label, states)
CASE_TABS = {
    "going": ("办理中", (rules.DRAFT, rules.INTAKE_SUBMITTED, rules.OPEN, rules.CLOSURE_SUBMITTED)),
    "draft": ("待接案", (rules.DRAFT,)),
    "awaiting": ("待审批", (rules.INTAKE_SUBMITTED, rules.CLOSURE_SUBMITTED)),
    "open": ("介入中", (rules.OPEN,)),
    "closed": ("已结案", (rules.CLOSED,)),
    "other": ("不予接案、撤回", (rules.REFUSED, rules.WITHDRAWN)),
}


class CaseFilter(django_filters.FilterSet):
    street = django_filters.ModelChoiceFilter(label="街道（乡镇）", queryset=Area.objects.none, empty_label="全部")
    worker = django_filters.ChoiceFilter(label="负责社工", empty_label="全部", method="of_worker")
    is_crisis = django_filters.ChoiceFilter(
        label="危机个案", choices=[("true", "是"), ("false", "否")], empty_label="全部", method="by_crisis"
    )
    q = django_filters.CharFilter(label="编号", method="by_number")

    class Meta:
        model = Case
        fields = []

    def __init__(self, *args, places=(), workers=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["street"].queryset = Area.objects.filter(level=Area.Level.STREET, pk__in=places)
        self.filters["worker"].extra["choices"] = list(workers)

    def of_worker(self, rows, name, value):
        return rows.filter(worker_id=value)

    def by_crisis(self, rows, name, value):
        return rows.filter(is_crisis=value == "true")

    def by_number(self, rows, name, value):
        return rows.filter(Q(number__icontains=value) | Q(household__number__icontains=value))
