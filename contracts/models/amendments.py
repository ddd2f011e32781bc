"""What both sides agree to change while a contract is performed."""

from django.db import models
from django.db.models import F, Q

from contracts.models.agreement import Clause, ContractPart
from contracts.models.people import StaffPost
from tenancy.models import Membership, Move


class Amendment(ContractPart, Clause):
    """What both sides agree to change in a contract at work: proposed by one, confirmed by the other, in force from its day.

    `changes` holds whole definitions in the indicator vocabulary, each with the version that it was written against.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "待对方确认"
        AGREED = "agreed", "已确认，未到生效日"
        IN_FORCE = "in_force", "已生效"
        REFUSED = "refused", "对方不同意"
        WITHDRAWN = "withdrawn", "已撤回"

    no = models.PositiveSmallIntegerField("第几次变更")
    number = models.CharField("补充协议编号", max_length=60)
    title = models.CharField("名称", max_length=120)
    reason = models.TextField("事由")
    effective_on = models.DateField("生效日期")
    changes = models.JSONField("改动", default=list)
    state = models.CharField("状态", max_length=10, choices=State, default=State.PROPOSED)
    side = models.CharField("提出方", max_length=10, choices=StaffPost.Side)
    proposed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField("确认时间", null=True, blank=True)
    decision_reason = models.CharField("不同意的原因", max_length=400, blank=True, default="")
    in_force_at = models.DateTimeField("生效时间", null=True, blank=True)

    class Meta(ContractPart.Meta):
        ordering = ["no"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "contract", "no"], name="amendment_no"),
            models.UniqueConstraint(
                fields=["tenant", "contract"],
                condition=Q(state__in=["proposed", "agreed"]),
                name="amendment_one_open",
                violation_error_message="已有一次变更在办，先办完它",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["agreed", "in_force", "refused"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="amendment_decided",
                violation_error_message="变更须由对方确认或不同意",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="amendment_not_own",
                violation_error_message="不能确认自己提出的变更",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(decision_reason=""),
                name="amendment_refused_reason",
                violation_error_message="不同意须写明原因",
            ),
            models.CheckConstraint(
                condition=~Q(state="in_force") | Q(in_force_at__isnull=False), name="amendment_in_force_at"
            ),
        ]

    def __str__(self):
        return self.title


class AmendmentMove(Move):
    """One step of an amendment: proposed, confirmed, refused, withdrawn, in force."""

    amendment = models.ForeignKey(Amendment, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
