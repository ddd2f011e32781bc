"""Which files are due for destruction, what holds them back, and what was destroyed."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.db.models.functions import Greatest

from caseload.models import Case, Erasure, Household, LegalHold, RetentionClass
from caseload.queries.access import one_of
from caseload.queries.households import visible_households
from caseload.rules import cases as case_rules
from caseload.rules import retention as rules


def classes():
    """{code: RetentionClass} of the tenant; those that nobody set yet are unsaved rows with the default."""
    kept = {row.code: row for row in RetentionClass.objects.all()}
    made = {
        code: RetentionClass(code=code, years=years, basis=basis) for code, (years, basis) in rules.DEFAULTS.items()
    }
    return made | kept


def years():
    """{class: years} as they stand."""
    return {code: row.years for code, row in classes().items()}


@dataclass(frozen=True)
class Due:
    """A family's file with the day on which its years are over, or None while they have not begun, and what holds it."""

    household: Household
    due_on: date | None
    counted_from: date | None
    has_case: bool
    held: str
    open_cases: int

    @property
    def contract_runs(self):
        return self.household.contract.state == "active"


def _counted(households):
    """Households with the day from which their years run, whether they had a case, how many are open, and their hold."""
    open_cases = Count("cases", filter=~Q(cases__state__in=list(case_rules.ENDED)), distinct=True)
    opened = Case.objects.filter(household=OuterRef("pk"), opened_on__isnull=False)
    # Greatest passes over what is NULL: a family without a closed case is counted from the contract's end.
    last = Greatest("contract__ends_on", Max("cases__closed_on"))
    return households.select_related("contract", "area").annotate(
        counted_from=last, open_cases=open_cases, has_case=Exists(opened)
    )  # fmt: skip


def _due(household, held, kept):
    runs = household.contract.state == "active" or household.open_cases or household.contract.ends_on is None
    start = None if runs else household.counted_from
    due = rules.due_on(start, household.has_case, kept)
    return Due(household, due, start, household.has_case, held, household.open_cases)


def due_of(household):
    """The Due of one household."""
    row = _counted(Household.objects.filter(pk=household.pk)).get()
    hold = LegalHold.objects.filter(household=household, lifted_at=None).first()
    return _due(row, hold.reason if hold else "", years())


def due_files(member, *, on, limit=100):
    """The files whose years are over on the day and that nobody proposed yet or holds, the oldest first (Due)."""
    kept = years()
    gone = Erasure.objects.filter(household=OuterRef("pk"), state__in=[rules.PROPOSED, rules.DONE])
    held = LegalHold.objects.filter(household=OuterRef("pk"), lifted_at=None)
    rows = _counted(visible_households(member, on)).exclude(contract__state="active").filter(~Exists(gone), ~Exists(held), open_cases=0)  # fmt: skip
    before = {has: rules.years_on(on, -kept[code]) for has, code in ((True, rules.CASE_FILE), (False, rules.HOUSEHOLD))}
    rows = rows.filter(Q(has_case=True, counted_from__lte=before[True]) | Q(has_case=False, counted_from__lte=before[False]))  # fmt: skip
    found = [_due(row, "", kept) for row in rows.order_by("counted_from", "number")[:limit]]
    return [row for row in found if row.due_on is not None and row.due_on <= on]


def holds(member, *, on):
    """The holds that stand on files that the member may see."""
    rows = LegalHold.objects.filter(
        lifted_at=None, household__in=visible_households(member, on).order_by().values("pk")
    )
    return rows.select_related("household", "set_by__account")


def erasures(member, *, on):
    """Proposed and decided erasures of files that the member may see, those that wait first."""
    rows = Erasure.objects.filter(household__in=visible_households(member, on).order_by().values("pk"))
    return rows.select_related("household__contract", "household__area", "proposed_by__account", "decided_by__account").order_by("-state", "-proposed_at")  # fmt: skip


def get_erasure(member, pk, *, on):
    """An erasure of a file that the member may see, or 404."""
    return one_of(erasures(member, on=on), pk)


def erased(household):
    """The tombstone of a household whose file was destroyed, or None."""
    return Erasure.objects.filter(household=household, state=rules.DONE).select_related("decided_by__account").first()


def files_to_remove():
    """Erasures whose stored contents nobody has confirmed to be gone."""
    return Erasure.objects.filter(state=rules.DONE, files_removed_at=None).select_related("household")
