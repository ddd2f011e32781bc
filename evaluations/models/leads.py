"""A change of the agency's project lead (更换项目负责人): told ahead, and only with the purchaser's written consent."""

from django.db import models
from django.db.models import F, Q

from contracts.models import Clause, Contract, StaffPost
from tenancy.models import Membership, Move, TenantModel


class LeadChange(TenantModel, Clause):
    """The agency names a successor and a day; the posts change from that day on, once the purchaser has consented."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "待甲方同意"
        CONSENTED = "consented", "甲方同意"
        REFUSED = "refused", "甲方不同意"
        WITHDRAWN = "withdrawn", "已撤回"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="lead_changes")
    no = models.PositiveSmallIntegerField("编号")
    # The post that ends; a contract may not have recorded its lead yet.
    post = models.ForeignKey(StaffPost, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    leaving = models.CharField("现负责人", max_length=40, blank=True)
    successor = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    change_on = models.DateField("更换日期")
    # The last day on which notice could be given for that day, by the contract.
    notice_by = models.DateField("最迟通知日")
    reason = models.TextField("理由")
    state = models.CharField("状态", max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    opinion = models.TextField("甲方意见", blank=True)
    decided_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-no"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "contract", "no"], name="leadchange_no"),
            models.UniqueConstraint(
                fields=["tenant", "contract"],
                condition=Q(state="proposed"),
                name="leadchange_one_open",
                violation_error_message="已有一次更换待甲方同意",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["consented", "refused"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="leadchange_decided",
                violation_error_message="同意或不同意须有甲方经办人",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(opinion=""),
                name="leadchange_refused",
                violation_error_message="不同意须写明理由",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="leadchange_not_own",
                violation_error_message="不能同意自己提出的更换",
            ),
        ]

    def __str__(self):
        return f"更换项目负责人 {self.no}"


class LeadChangeMove(Move):
    """One step of a change: proposed, consented, refused, withdrawn."""

    change = models.ForeignKey(LeadChange, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
