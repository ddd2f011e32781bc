"""The plan of household revisits (回访计划): which household is visited in which period, by whom, on which day."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from caseload.models import Household
from contracts.models import Contract
from tenancy.models import Area, Membership, Move, TenantModel


class FollowUp(TenantModel):
    """One visit that the contract's rule asks for: a household, a period, the worker and the day it is planned for.

    Whether it is done is never stored: it is, once a record of its kinds, handed in or verified, lies in its period.
    """

    class State(models.TextChoices):
        PLANNED = "planned", "已排"
        DROPPED = "dropped", "不再需要"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="follow_ups")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="follow_ups")
    # The frequency indicator that asks for it; its title names the tier.
    indicator = models.CharField("依据指标", max_length=30)
    kinds = ArrayField(models.CharField(max_length=40))
    first = models.DateField("周期起")
    last = models.DateField("周期止")
    period = models.CharField("周期", max_length=40)
    # Of several visits in one period, which.
    turn = models.PositiveSmallIntegerField("第几次", default=1)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name="社区（村）")
    street = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", editable=False)
    worker = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name="负责人")
    due_on = models.DateField("计划日期")
    mode = models.CharField("方式", max_length=20, blank=True, default="")
    state = models.CharField("状态", max_length=10, choices=State, default=State.PLANNED)
    drop_reason = models.CharField("不再需要的原因", max_length=120, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "household", "indicator", "first", "turn"],
                condition=Q(state="planned"),
                name="followup_once",
                violation_error_message="这一户在这个周期已排回访",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("first"), due_on__lte=F("last")),
                name="followup_in_period",
                violation_error_message="计划日期须在周期内",
            ),
            models.CheckConstraint(
                condition=Q(turn__gte=1), name="followup_turn", violation_error_message="次数从 1 起"
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(drop_reason=""),
                name="followup_drop_reason",
                violation_error_message="不再需要须写明原因",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "contract", "due_on"], condition=Q(state="planned"), name="followup_due"),
            models.Index(fields=["tenant", "worker", "due_on"], condition=Q(state="planned"), name="followup_mine"),
        ]

    def __str__(self):
        return f"{self.period} {self.due_on:%Y-%m-%d}"


class FollowUpMove(Move):
    """One change of a planned visit: handed over to another worker, put on another day, dropped."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="moves")
    from_worker = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    to_worker = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    from_day = models.DateField()
    to_day = models.DateField()
