"""Every write on the tenant's own list of categories: added, changed, put in order, retired and taken up again."""

from django.db import transaction
from django.db.models import Max

from caseload.actions.completeness import refresh_files
from caseload.models import Category, Household
from caseload.rules import ledger
from tenancy import audit
from tenancy.problems import Refused

VALUES = ("label", "group", "required_fields", "is_assistance", "counts_as")


@transaction.atomic
def add_category(*, code, by, at, **values):
    """Add a category behind the others; `values` are label, group, required_fields, is_assistance, counts_as."""
    faults = _faults(code, values)
    if Category.objects.filter(code=code).exists():
        faults.append("这个类别代号已使用")
    if faults:
        raise Refused("没有保存", faults)
    last = Category.objects.aggregate(last=Max("sort"))["last"]
    category = Category.objects.create(code=code, sort=0 if last is None else last + 1, **values)
    audit.record("category.added", by=by, at=at, target=category, code=code)
    return category


@transaction.atomic
def change_category(category, *, by, at, **values):
    """Change a category's words and what it requires; files of households in it are counted again at once.

    The code stays: history, lists and indicators speak by it. Whether it is social assistance stays too, once somebody is in it.
    """
    locked = Category.objects.select_for_update().get(pk=category.pk)
    faults = _faults(locked.code, values)
    used = Household.objects.filter(categories__category=locked)
    if values["is_assistance"] != locked.is_assistance and used.exists():
        faults.append("已有家庭登记，不能改是否享受社会救助")
    if faults:
        raise Refused("没有保存", faults)
    asks_more = values["required_fields"] != locked.required_fields
    for name in VALUES:
        setattr(locked, name, values[name])
    locked.save(update_fields=VALUES)
    counted = refresh_files(used.distinct(), at=at) if asks_more else 0
    audit.record("category.changed", by=by, at=at, target=locked, code=locked.code, counted=counted)
    return locked


def _faults(code, values):
    faults = [] if values["label"].strip() else ["名称未填"]
    faults += [f"台账没有这一项：{name}" for name in values["required_fields"] if name not in ledger.FIELDS]
    same = Category.objects.filter(label=values["label"].strip()).exclude(code=code)
    if same.exists():
        faults.append("这个名称已使用")
    target = values.get("counts_as")
    if target and (target == code or not Category.objects.filter(code=target).exists()):
        faults.append("计数归入的类别不存在")
    return faults


@transaction.atomic
def move_category(category, *, up, by, at):
    """Put a category one place up or down in the list."""
    rows = list(Category.objects.select_for_update().order_by("sort", "pk"))
    place = next(number for number, row in enumerate(rows) if row.pk == category.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for number, row in enumerate(rows):
        row.sort = number
    Category.objects.bulk_update(rows, ["sort"])
    audit.record("category.moved", by=by, at=at, target=category, code=category.code, up=up)


@transaction.atomic
def retire_category(category, *, is_active, by, at):
    """Offer a category no more, or again. Households that are in it keep it, with all that it requires."""
    if not Category.objects.filter(pk=category.pk, is_active=not is_active).update(is_active=is_active):
        raise Refused("已停用" if not is_active else "已启用")
    if is_active:
        audit.record("category.restored", by=by, at=at, target=category, code=category.code)
    else:
        audit.record("category.retired", by=by, at=at, target=category, code=category.code)
