"""Ledgers taken out as Excel files: who asked for what, with which values, for how long."""

from django.db import models
from django.db.models import Q

from contracts.models import Contract
from documents.models import Job, StoredFile
from tenancy.models import Area, Membership, TenantModel


class LedgerExport(TenantModel):
    """One ledger as a file that is there for a day. Values are masked unless it is `open`, which needs a purpose."""

    class Kind(models.TextChoices):
        HOUSEHOLDS = "households", "困难群众帮扶台账（一户一行）"
        PEOPLE = "people", "困难群众帮扶台账（一人一行）"
        CASES = "cases", "个案台账"
        GROUPS = "groups", "小组台账"
        FILES = "files", "家庭档案名册"
        CHANGES = "changes", "信息变更登记台账"

    kind = models.CharField("台账", max_length=12, choices=Kind)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+", verbose_name="合同")
    street = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="街道（乡镇）"
    )
    is_open = models.BooleanField("含个人信息", default=False)
    purpose = models.CharField("用途", max_length=120, blank=True, default="")
    asked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    rows = models.PositiveIntegerField("行数", null=True)
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField("到期", null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_open=False) | ~Q(purpose=""),
                name="ledgerexport_purpose",
                violation_error_message="导出个人信息须写明用途",
            ),
            models.CheckConstraint(
                condition=Q(file=None) | Q(rows__isnull=False, expires_at__isnull=False, removed_at=None),
                name="ledgerexport_expires",
                violation_error_message="导出的文件须有到期时间",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "expires_at"], condition=Q(removed_at=None), name="ledgerexport_due")]

    def __str__(self):
        return self.get_kind_display()
