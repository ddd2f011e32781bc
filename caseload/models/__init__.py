"""For whom: households and people (一户一策一档), their categories and registers, cases, groups, and imports of lists."""

from caseload.models.case_acts import CaseFollowUp, CaseReferral, CaseReview
from caseload.models.cases import Case, CaseMove, CasePaper
from caseload.models.consents import Consent
from caseload.models.disclosure import DisclosureMove, DisclosureRequest
from caseload.models.exporting import LedgerExport
from caseload.models.groups import Group, GroupMember, GroupPaper
from caseload.models.households import Category, Household, HouseholdCategory, HouseholdPaper, Person
from caseload.models.identity import Identification
from caseload.models.lists import LedgerImport
from caseload.models.members import Carer, LedgerChange
from caseload.models.merging import KnownApart, Merge
from caseload.models.registers import RegisterEntry
from caseload.models.retention import Erasure, ErasureMove, LegalHold, RetentionClass
from caseload.models.samples import SampledCase, SampleGrant
from caseload.models.station import Stay, StayMove, StayPaper, Tracing
from caseload.models.transfer import FileTransfer, FileTransferLine, FileTransferMove, RightsRequest

__all__ = [
    "Carer",
    "Case",
    "CaseFollowUp",
    "CaseMove",
    "CasePaper",
    "CaseReferral",
    "CaseReview",
    "Category",
    "Consent",
    "DisclosureMove",
    "DisclosureRequest",
    "Erasure",
    "ErasureMove",
    "FileTransfer",
    "FileTransferLine",
    "FileTransferMove",
    "Group",
    "GroupMember",
    "GroupPaper",
    "Household",
    "HouseholdCategory",
    "HouseholdPaper",
    "Identification",
    "KnownApart",
    "LedgerChange",
    "LedgerExport",
    "LedgerImport",
    "LegalHold",
    "Merge",
    "Person",
    "RegisterEntry",
    "RetentionClass",
    "RightsRequest",
    "SampleGrant",
    "SampledCase",
    "Stay",
    "StayMove",
    "StayPaper",
    "Tracing",
]
