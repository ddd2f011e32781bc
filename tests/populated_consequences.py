"""What consequences did in the populated bureau (tests.populated): a contract that was made longer and then ended, an agency kept away."""

from contracts.models import Contract, Debarment, TermChange, Termination
from evaluations.models import Consequence
from tests.cast import at


def consequences(cast):
    """An ended contract beside the cast's own, with its longer term, its end, its agency's debarment, a stop of payment."""
    source, by = cast.contract, {"by": cast.section_chief, "at": at()}
    ended = Contract.objects.create(
        code="ENDED", title="已解除的合同", short_title="已解除", purchaser=source.purchaser, provider=cast.rival, amount="100.00",
        signed_on=source.signed_on, starts_on=source.starts_on, ends_on=source.ends_on, state="terminated",
    )  # fmt: skip
    TermChange.objects.create(
        contract=ended,
        months=1,
        ends_before=source.starts_on,
        ends_after=source.ends_on,
        reason="中期评估 79.5 分",
        **by,
    )
    Termination.objects.create(contract=ended, day=source.ends_on, reason="整改不合格", **by)
    cast.debarment = Debarment.objects.create(
        provider=cast.rival, contract=ended, years=3, from_day=source.ends_on, to_day=source.ends_on.replace(year=2027), reason="整改不合格", **by
    )  # fmt: skip
    cast.stop = Consequence.objects.create(
        contract=source, round=cast.round, effect="hold_payment", title="80 分以下", state="adopted", reason="先整改",
        proposed_by=cast.contract_manager, proposed_at=at(), decided_by=cast.section_chief, decided_at=at(),
    )  # fmt: skip
