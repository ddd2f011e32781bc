"""What people are reminded of: one digest a person and day, and how they want to be told."""

from django.db import models
from django.db.models import Q

from tenancy import masks
from tenancy.fields import SealedTextField
from tenancy.models import Membership, TenantModel


class Notice(TenantModel):
    """A morning's digest for one member: numbers only, whom they concern is seen on the pages themselves."""

    member = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="notices", verbose_name="收件人")
    day = models.DateField("日期")
    late = models.PositiveIntegerField("已逾期", default=0)
    now = models.PositiveIntegerField("今天到期", default=0)
    soon = models.PositiveIntegerField("一周内到期", default=0)
    open = models.PositiveIntegerField("被退回", default=0)
    # Of the team: overdue for longer than the limit after which the supervisor is told, and visits without a worker in post.
    escalated = models.PositiveIntegerField("组内久逾期", default=0)
    orphaned = models.PositiveIntegerField("无人负责的回访", default=0)
    created_at = models.DateTimeField("提醒时间")
    read_at = models.DateTimeField("已读时间", null=True, blank=True)
    mailed_at = models.DateTimeField("邮件时间", null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-day", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "member", "day"], name="notice_once", violation_error_message="这一天已提醒过"
            )
        ]
        indexes = [models.Index(fields=["tenant", "member"], condition=Q(read_at=None), name="notice_unread")]

    def __str__(self):
        return f"{self.day:%Y-%m-%d} 提醒"


class NoticePreference(TenantModel):
    """Whether a member wants the morning's digest by mail, and where to."""

    member = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    address = SealedTextField("邮箱", mask=masks.everything)
    wants_mail = models.BooleanField("邮件提醒", default=False)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "member"], name="noticepreference_once")]

    def __str__(self):
        return "提醒方式"
