"""For whom: households and people (一户一策一档), their categories and registers, cases, groups, and imports of lists."""

from caseload.models.cases import Case, CaseMove, CasePaper
from caseload.models.groups import Group, GroupPaper
from caseload.models.households import Category, Household, HouseholdCategory, HouseholdPaper, Person
from caseload.models.lists import LedgerImport
from caseload.models.registers import RegisterEntry

__all__ = [
    "Case",
    "CaseMove",
    "CasePaper",
    "Category",
    "Group",
    "GroupPaper",
    "Household",
    "HouseholdCategory",
    "HouseholdPaper",
    "LedgerImport",
    "Person",
    "RegisterEntry",
]
