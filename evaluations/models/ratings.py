"""The other direction: how the agency finds the purchaser (评价甲方), for each half year of the contract and at its end."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from contracts.models import Contract
from tenancy.models import Membership, Move, TenantModel

EDITABLE = timedelta(days=7)


def _step(label):
    return models.PositiveSmallIntegerField(label, choices=STEPS, null=True, blank=True)


STEPS = [(5, "很好"), (4, "较好"), (3, "一般"), (2, "较差"), (1, "很差")]


class PurchaserRating(TenantModel):
    """One rating of the purchaser for one period of a contract. A draft is the agency's own; seven days after submission it stands."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "已提交"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="purchaser_ratings")
    # A code of evaluations.rules.ratings.periods: h1, h2, … and end.
    period = models.CharField("评价期", max_length=4)
    from_day = models.DateField("起")
    to_day = models.DateField("止")
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    paid = _step("按时付款")
    answered = _step("按时答复")
    overall = _step("总体合作")
    comment = models.TextField("意见和建议", blank=True)
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-to_day", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "contract", "period"],
                name="purchaserrating_once",
                violation_error_message="这一期已评价",
            ),
            models.CheckConstraint(
                condition=Q(to_day__gte=F("from_day")),
                name="purchaserrating_period",
                violation_error_message="止日不得早于起日",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at__isnull=True)
                | Q(
                    state="submitted",
                    submitted_at__isnull=False,
                    paid__isnull=False,
                    answered__isnull=False,
                    overall__isnull=False,
                ),
                name="purchaserrating_whole",
                violation_error_message="三项都评了才能提交",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True) | Q(changed_at__lte=F("submitted_at") + EDITABLE),
                name="purchaserrating_closed",
                violation_error_message="提交满 7 天，不能再改",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__range": (1, 5)}),
                    name=f"purchaserrating_{name}",
                    violation_error_message="评价分五档",
                )
                for name in ("paid", "answered", "overall")
            ),
        ]

    def __str__(self):
        return f"{self.from_day:%Y-%m-%d} 至 {self.to_day:%Y-%m-%d} 评价甲方"


class PurchaserRatingMove(Move):
    """One step of a rating: drafted, submitted, corrected within seven days; `before` holds what it said until then."""

    rating = models.ForeignKey(PurchaserRating, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    before = models.JSONField(default=dict, blank=True)
