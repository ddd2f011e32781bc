"""Registers of a contract as its people keep them: points, teams, organisations, volunteers, residents, households."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.http import Http404

from caseload.models import RegisterEntry
from caseload.queries import get_register_entry, may_write
from contracts.queries import in_own_area, own_area
from services.queries.subjects import entry_name as entry_name
from tenancy.permissions import Permission, allows

PAGE = 100


@dataclass(frozen=True)
class Register:
    """One register of a contract: its word, how many stand on it on the day, and whether indicators count it."""

    code: str
    label: str
    present: int
    is_counted: bool


@dataclass(frozen=True)
class Line:
    """An entry as the list shows it; `facts` in words."""

    entry: RegisterEntry
    name: str
    facts: list
    papers: list


def may_keep(member, contract):
    """Whether the member puts things on the contract's registers: field staff of the agency that performs it."""
    return may_write(member, contract) and allows(member, Permission.GROUP_MANAGE)


def registers_of(member, contract, questions, *, on):
    """The registers that the contract counts or that hold somebody, in the tenant's order; one statement."""
    rows = _seen(member, contract).filter(_in_force(on)).order_by().values_list("kind").annotate(Count("pk"))
    present = dict(rows)
    counted = {code for code, _word in questions.counted("register")}
    known = questions.kinds("register")
    words = dict(known)
    codes = [code for code, _word in known if code in counted or code in present]
    codes += [code for code in present if code not in words]
    return [Register(code, words.get(code, code), present.get(code, 0), code in counted) for code in codes]


def _seen(member, contract):
    return in_own_area(RegisterEntry.objects.filter(contract=contract), member)


def _in_force(on):
    return Q(from_day__lte=on) & (Q(to_day=None) | Q(to_day__gte=on))


def page_of_entries(member, contract, register, *, on, q="", left=False, after=""):
    """(a page of a register's entries by name, the cursor of the next page or "").

    Those in force on the day or still to come, or those who have `left`; `q` narrows labels and numbers.
    """
    rows = _seen(member, contract).filter(kind=register)
    rows = rows.filter(to_day__lt=on) if left else rows.filter(Q(to_day=None) | Q(to_day__gte=on))
    if q.strip():
        rows = rows.filter(Q(label__icontains=q.strip()) | Q(household__number__icontains=q.strip()))
    if after:
        label, _, pk = after.rpartition("~")
        try:
            rows = rows.filter(Q(label__gt=label) | Q(label=label, pk__gt=pk))
        except (ValueError, TypeError) as error:
            raise Http404 from error
    rows = rows.select_related("area", "street", "household", "person", "contract").order_by("label", "pk")
    found = list(rows[: PAGE + 1])
    more = len(found) > PAGE
    found = found[:PAGE]
    return found, f"{found[-1].label}~{found[-1].pk}" if more else ""


def lines(entries, wanted, member):
    """Entries as the list shows them."""
    words = dict(wanted.papers)
    return [
        Line(
            entry, entry_name(entry, member), wanted.told(entry.facts), [words.get(code, code) for code in entry.papers]
        )
        for entry in entries
    ]


def get_entry(member, pk, *, on):
    """An entry of a register that the member may see, inside the member's own area, or 404."""
    entry = get_register_entry(member, pk, on=on)
    area = own_area(member)
    if area is not None and entry.street_id != area.pk:
        raise Http404
    return entry
