"""What happens beside and after the stages of a case: the supervisor's reviews, referrals, follow-ups."""

from django.db import models
from django.db.models import F, Q

from caseload.models.cases import Case, CasePaper
from tenancy import masks
from tenancy.fields import SealedTextField
from tenancy.models import Membership, TenantModel


class CaseReview(TenantModel):
    """A supervisor's review of a case whose intervention has run for long (超期督导审核)."""

    class Decision(models.TextChoices):
        CONTINUE = "continue", "按原计划继续"
        ADJUST = "adjust", "调整计划后继续"
        REFER = "refer", "转介"
        CLOSE = "close", "结案"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reviews")
    reviewed_on = models.DateField("审核日期")
    # The last day of the clock that this review stopped; empty when the contract sets no limit.
    due_on = models.DateField("审核期限", null=True, blank=True)
    decision = models.CharField("审核决定", max_length=20, choices=Decision)
    opinion = SealedTextField("审核意见", mask=masks.everything)
    next_on = models.DateField("下次审核", null=True, blank=True)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(decision__in=["continue", "adjust"]) | Q(next_on__isnull=False),
                name="casereview_next",
                violation_error_message="继续介入的，须定下次审核日期",
            ),
            models.CheckConstraint(
                condition=Q(next_on__isnull=True) | Q(next_on__gt=F("reviewed_on")),
                name="casereview_order",
                violation_error_message="下次审核须在本次审核之后",
            ),
        ]


class CaseReferral(TenantModel):
    """A referral of the client to somebody else (个案转介), from the request to what the receiver answered."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", "转介待批"
        RETURNED = "returned", "退回补正"
        REFUSED = "refused", "不予转介"
        WITHDRAWN = "withdrawn", "已撤回"
        SENT = "sent", "已转出，待接收"
        RECEIVED = "received", "对方已接收"
        DECLINED = "declined", "对方未接收"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals")
    paper = models.ForeignKey(CasePaper, on_delete=models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=20, choices=State)
    to = models.CharField("接收机构", max_length=80)
    # A case that was never opened is referred at once; only a running one asks the subdistrict (指南 接案（5）、结案（3）).
    needs_approval = models.BooleanField("须经审批", default=True)
    handed_on = models.DateField("提交日期")
    decided_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answered_on = models.DateField("答复日期", null=True, blank=True)
    outcome = SealedTextField("接收情况和结果", mask=masks.everything)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "case"],
                condition=Q(state="submitted"),
                name="casereferral_one_waits",
                violation_error_message="这份个案已有转介待批",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["returned", "refused", "sent", "received", "declined"])
                | Q(needs_approval=False)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="casereferral_decided",
                violation_error_message="转介须经街道（乡镇）批准",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["received", "declined"]) | Q(answered_on__isnull=False),
                name="casereferral_answered",
                violation_error_message="登记对方答复的日期",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "state"], name="casereferral_state")]


class CaseFollowUp(TenantModel):
    """A visit or call after a case was closed (跟进/回访), with what must be known of it without opening its form."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="follow_ups")
    paper = models.ForeignKey(CasePaper, on_delete=models.PROTECT, related_name="+")
    visited_on = models.DateField("回访日期")
    mode = models.CharField("方式", max_length=20)
    is_special = models.BooleanField("特殊情况或危机事件", default=False)
    is_reported = models.BooleanField("已上报街道（乡镇）", null=True)
    wants_reopening = models.BooleanField("需要重新开案", default=False)
    next_on = models.DateField("下次回访", null=True, blank=True)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_special=False) | Q(is_reported__isnull=False),
                name="casefollowup_reported",
                violation_error_message="遇有特殊情况或危机事件，写明是否已上报街道（乡镇）",
            ),
            models.CheckConstraint(
                condition=Q(next_on__isnull=True) | Q(next_on__gt=F("visited_on")),
                name="casefollowup_order",
                violation_error_message="下次回访须在本次回访之后",
            ),
        ]
