"""The other direction in the populated bureau (tests.populated): a failed acceptance appealed against, a rating of the purchaser."""

from datetime import date

from evaluations.models import Acceptance, AcceptanceAppeal, PurchaserRating, PurchaserRatingMove
from tests.cast import at


def ratings(cast):
    """An appeal, a submitted rating and a draft: whatever the two sides say of each other."""
    acceptance = Acceptance.objects.get(contract=cast.contract)
    cast.appeal = AcceptanceAppeal.objects.create(
        acceptance=acceptance, words="名单以民政局台账为准", made_by=cast.agency_manager, made_at=at()
    )
    common = {"contract": cast.contract, "made_by": cast.agency_manager, "changed_at": at()}
    cast.rating = PurchaserRating.objects.create(
        period="h1", from_day=date(2024, 1, 2), to_day=date(2024, 7, 1), paid=3, answered=4, overall=4, comment="首付款稍迟",
        state="submitted", submitted_at=at(), **common,
    )  # fmt: skip
    PurchaserRating.objects.create(
        period="end", from_day=date(2024, 7, 2), to_day=date(2024, 12, 31), comment="还没写完", **common
    )
    PurchaserRatingMove.objects.create(
        rating=cast.rating, verb="submit", to_state="submitted", by=cast.agency_manager, at=at()
    )
    for name in ("rate", "save_rating", "submit_rating", "correct_rating"):
        cast.values[f"evaluations:{name}"] = {"period": "end"}
