"""Spot checks, breaches, inquiries and a change of the lead of the populated bureau (tests.populated)."""

from datetime import date, timedelta
from decimal import Decimal

from contracts.models import PenaltyRule
from evaluations.models import (
    Breach,
    BreachMove,
    BreachPaper,
    Inquiry,
    InquiryMove,
    InquiryPaper,
    LeadChange,
    LeadChangeMove,
    SpotCheck,
    SpotCheckLine,
    SpotCheckMove,
)
from tests.cast import at

DAY = date(2024, 6, 3)


def checks(cast):
    """One of each, and of those that are decided a second one that is."""
    by = {"by": cast.contract_manager, "at": at()}
    for no, known in (
        (1, {}),
        (2, {"state": "closed", "opinion": "相符", "closed_by": cast.contract_manager, "closed_at": at()}),
    ):
        check = SpotCheck.objects.create(
            contract=cast.contract, no=no, held_on=DAY, team="周砚秋", source="none", opened_by=cast.contract_manager, opened_at=at()
        )  # fmt: skip
        SpotCheckLine.objects.create(spot_check=check, no=1, kind="place", title="柳林一社区", result="agrees")
        SpotCheckMove.objects.create(spot_check=check, verb="open", **by)
        if known:
            SpotCheck.objects.filter(pk=check.pk).update(**known)
    rule = PenaltyRule.objects.create(
        contract=cast.contract, code="P1", title="未按约定履行", rate=Decimal("0.005"), basis="occurrence_or_day", effect="违约金"
    )  # fmt: skip
    inquiry = Inquiry.objects.create(
        contract=cast.contract, no=1, kind="question", title="台账", words="为何少报", asked_by=cast.contract_manager, asked_at=at(), due_on=DAY
    )  # fmt: skip
    InquiryMove.objects.create(inquiry=inquiry, verb="ask", words="为何少报", **by)
    InquiryPaper.objects.create(
        inquiry=inquiry, file=cast.photo, title="截图", added_by=cast.contract_manager, added_at=at()
    )
    breach = Breach.objects.create(
        contract=cast.contract, no=1, rule=rule, basis="occurrence", happened_on=DAY, units=1, facts="未按期", inquiry=inquiry,
        registered_by=cast.contract_manager, registered_at=at(), state_until=DAY + timedelta(days=7),
    )  # fmt: skip
    BreachMove.objects.create(breach=breach, verb="register", to_state="registered", **by)
    BreachPaper.objects.create(
        breach=breach, file=cast.photo, title="照片", added_by=cast.contract_manager, added_at=at()
    )
    decided = {"state": "refused", "opinion": "资格不符", "decided_by": cast.contract_manager, "decided_at": at()}
    for no, known in ((1, decided), (2, {})):
        change = LeadChange.objects.create(
            contract=cast.contract, no=no, successor=cast.supervisor, change_on=date(2024, 12, 20), notice_by=DAY, reason="调离",
            proposed_by=cast.agency_manager, proposed_at=at(), **known,
        )  # fmt: skip
        LeadChangeMove.objects.create(change=change, verb="propose", to_state="proposed", **by)
