"""Reads of the tenant's categories as its administrator sets them up."""

from django.db.models import Count, Q

from caseload.models import Category, Household
from caseload.queries.access import one_of


def listed_categories(*, on):
    """All categories in order, each with the number of households that are in it on the day and ever were."""
    rows = list(Category.objects.all())
    held = _households(present_on_of(on))
    ever = _households(Q())
    for row in rows:
        row.present, row.ever = held.get(row.pk, 0), ever.get(row.pk, 0)
    return rows


def present_on_of(on):
    """present_on() seen from a household."""
    return Q(categories__from_day__lte=on) & (Q(categories__to_day=None) | Q(categories__to_day__gte=on))


def _households(condition):
    counted = Household.objects.filter(condition, categories__isnull=False).order_by().values("categories__category")
    return dict(counted.annotate(number=Count("pk", distinct=True)).values_list("categories__category", "number"))


def get_category(pk):
    """A category of the open tenant, or 404."""
    return one_of(Category.objects.all(), pk)
