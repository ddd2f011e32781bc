"""What an evaluation's consequence does to a contract: a longer term, its end before time, and an agency that is kept away for years."""

from django.db import models
from django.db.models import F, Q

from contracts.models.agreement import Clause, Contract
from tenancy.models import Membership, Organisation, TenantModel


class TermChange(TenantModel, Clause):
    """The term was made longer: the last day before and after, append-only; the contract itself holds the day that is in force."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="term_changes")
    months = models.PositiveSmallIntegerField("月数")
    ends_before = models.DateField("原服务期止")
    ends_after = models.DateField("现服务期止")
    # The delivery deadline moves only when that was decided, too.
    deadline_before = models.DateField("原完成时限", null=True, blank=True)
    deadline_after = models.DateField("现完成时限", null=True, blank=True)
    reason = models.TextField("理由")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_after__gt=F("ends_before")),
                name="termchange_longer",
                violation_error_message="延长后的服务期止须晚于原服务期止",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="termchange_reason", violation_error_message="延长服务期须写明理由"
            ),
        ]

    def __str__(self):
        return f"服务期止 {self.ends_before:%Y-%m-%d} → {self.ends_after:%Y-%m-%d}"


class Termination(TenantModel, Clause):
    """A contract ended before its term, append-only: from which day, under which clause, why, by whom."""

    contract = models.OneToOneField(Contract, on_delete=models.PROTECT, related_name="termination")
    day = models.DateField("解除日期")
    reason = models.TextField("理由")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="termination_reason", violation_error_message="解除合同须写明理由"
            )
        ]

    def __str__(self):
        return f"{self.day:%Y-%m-%d} 解除"


class Debarment(TenantModel, Clause):
    """No new contract with a provider for some years, in this tenant; it ends by itself, or is lifted with a reason."""

    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="debarments", verbose_name="机构")
    # The contract out of which it follows.
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="debarments")
    years = models.PositiveSmallIntegerField("年数")
    from_day = models.DateField("起")
    to_day = models.DateField("止")
    reason = models.TextField("理由")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    lifted_on = models.DateField("撤销日期", null=True, blank=True)
    lifted_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    lift_reason = models.TextField("撤销理由", blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-from_day", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_day__gte=F("from_day")),
                name="debarment_interval",
                violation_error_message="截止日不得早于起始日",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="debarment_reason", violation_error_message="不再合作须写明理由"
            ),
            models.CheckConstraint(
                condition=Q(lifted_on__isnull=True) | (Q(lifted_by__isnull=False) & ~Q(lift_reason="")),
                name="debarment_lifted",
                violation_error_message="撤销须写明理由",
            ),
        ]

    def __str__(self):
        return f"{self.provider} {self.from_day:%Y-%m-%d} 至 {self.to_day:%Y-%m-%d}"
