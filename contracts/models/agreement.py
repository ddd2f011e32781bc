"""The contract itself: its parties, purchase, amount and term, and the files that it was loaded from."""

from django.db import models
from django.db.models import F, Q

from tenancy.models import Membership, Organisation, TenantModel


class Clause(models.Model):
    """The contract's own words beside every rule that was read out of them."""

    clause = models.CharField("条款", max_length=120, blank=True)
    clause_text = models.TextField("原文", blank=True)
    # Where it stands in the text that the file was written from, e.g. M215 = line 215.
    source = models.CharField("出处", max_length=120, blank=True)

    class Meta:
        abstract = True


class Procurement(TenantModel):
    """The purchase that one or more lots come from."""

    # A notice that became known before its number and method did has neither yet, and goes by its title.
    number = models.CharField("采购编号", max_length=60, blank=True)
    title = models.CharField("项目名称", max_length=200)
    method = models.CharField("采购方式", max_length=40, blank=True)
    agent = models.CharField("采购代理机构", max_length=100, blank=True)
    awarded_on = models.DateField("成交通知日期", null=True, blank=True)
    legal_basis = models.TextField("依据", blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"],
                condition=~Q(number=""),
                name="procurement_number",
                violation_error_message="这个采购编号已登记",
            ),
            models.UniqueConstraint(
                fields=["tenant", "title"],
                condition=Q(number=""),
                name="procurement_title",
                violation_error_message="这个采购项目已登记",
            ),
        ]

    def __str__(self):
        return self.number or self.title


class Contract(TenantModel):
    """One lot's contract. Amount, provider and dates may still be open while it is a draft."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        ACTIVE = "active", "履行中"
        CLOSED = "closed", "已结项"
        TERMINATED = "terminated", "已解除"

    code = models.CharField("合同代号", max_length=20)
    lot = models.CharField("包号", max_length=20, blank=True)
    title = models.CharField("合同名称", max_length=200)
    short_title = models.CharField("简称", max_length=60)
    procurement = models.ForeignKey(
        Procurement, on_delete=models.PROTECT, null=True, blank=True, related_name="contracts"
    )
    purchaser = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="甲方")
    provider = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="乙方"
    )
    amount = models.DecimalField("合同价款", max_digits=14, decimal_places=2, null=True, blank=True)
    signed_on = models.DateField("签订日期", null=True, blank=True)
    starts_on = models.DateField("服务期起", null=True, blank=True)
    ends_on = models.DateField("服务期止", null=True, blank=True)
    delivery_deadline = models.DateField("完成时限", null=True, blank=True)
    # The provider's last day with the files of served people; from the day after it sees no person of this contract.
    files_handed_on = models.DateField("档案移交", null=True, blank=True, editable=False)
    state = models.CharField("状态", max_length=12, choices=State, default=State.DRAFT)
    parameters = models.JSONField("约定参数", default=dict, blank=True)
    # What the file says and no table holds (acceptance, termination, duties …); exported again unchanged.
    terms = models.JSONField("其他条款", default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "code"], name="contract_code", violation_error_message="这个合同代号已使用"
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0),
                name="contract_amount",
                violation_error_message="合同价款须大于 0",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="contract_term",
                violation_error_message="服务期止不得早于服务期起",
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(
                    amount__isnull=False,
                    provider__isnull=False,
                    signed_on__isnull=False,
                    starts_on__isnull=False,
                    ends_on__isnull=False,
                ),
                name="contract_active_complete",
                violation_error_message="履行中的合同须有乙方、价款、签订日期和服务期",
            ),
        ]

    def __str__(self):
        return self.short_title


class ContractPart(TenantModel):
    """A row of a contract."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="%(class)ss")

    class Meta(TenantModel.Meta):
        abstract = True


class ContractFile(ContractPart):
    """A file that was loaded: its text gives an export its order and comments, its digest makes loading twice one load."""

    text = models.TextField()
    digest = models.CharField(max_length=64)
    loaded_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    loaded_at = models.DateTimeField("载入时间")

    class Meta(ContractPart.Meta):
        ordering = ["loaded_at", "id"]
