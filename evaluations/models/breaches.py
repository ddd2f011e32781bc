"""The register of breaches (违约登记): what happened, what the agency says of it, what was decided, what it costs."""

from django.db import models
from django.db.models import F, Q

from contracts.models import Clause, Contract, PenaltyRule
from documents.models import StoredFile
from evaluations.models.inquiries import Inquiry
from tenancy.models import Membership, Move, TenantModel


class Breach(TenantModel, Clause):
    """One breach under one rule of the contract, charged on one basis: as an occurrence, or by its days (A-38)."""

    class Basis(models.TextChoices):
        OCCURRENCE = "occurrence", "按次"
        DAY = "day", "按日"

    class State(models.TextChoices):
        REGISTERED = "registered", "待乙方陈述"
        STATED = "stated", "已陈述"
        WAIVED = "waived", "放弃陈述"
        CONFIRMED = "confirmed", "已认定"
        DROPPED = "dropped", "不予认定"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="breaches")
    no = models.PositiveSmallIntegerField("编号")
    rule = models.ForeignKey(PenaltyRule, on_delete=models.PROTECT, related_name="breaches")
    # A clause that the rule cites by another number, where the parties read it so.
    other_clause = models.CharField("并依据", max_length=120, blank=True)
    basis = models.CharField("计算", max_length=10, choices=Basis)
    happened_on = models.DateField("发生日期")
    ended_on = models.DateField("终止日期", null=True, blank=True)
    units = models.PositiveSmallIntegerField("次数或日数")
    facts = models.TextField("事实")
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, null=True, blank=True, related_name="breaches")
    state = models.CharField("状态", max_length=10, choices=State, default=State.REGISTERED)
    registered_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    state_until = models.DateField("陈述期限")
    statement = models.TextField("乙方陈述", blank=True)
    stated_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    stated_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField("认定理由", blank=True)
    decided_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    damages = models.DecimalField("违约金", max_digits=14, decimal_places=2, null=True, blank=True)
    # The sum as it was made: price, share or amount, units, what the caps left.
    worked = models.JSONField(default=dict, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-no"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "contract", "no"], name="breach_no"),
            models.CheckConstraint(
                condition=Q(basis="occurrence", ended_on__isnull=True, units=1)
                | (Q(basis="day", ended_on__isnull=False, units__gte=1) & Q(ended_on__gte=F("happened_on"))),
                name="breach_one_basis",
                violation_error_message="一项违约只按次或只按日计算；按日须写明起止",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "dropped"])
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(reason="")),
                name="breach_decided",
                violation_error_message="认定须有认定人和理由",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("registered_by")),
                name="breach_not_own",
                violation_error_message="不能认定自己登记的违约",
            ),
            models.CheckConstraint(
                condition=Q(damages__isnull=True) | (Q(state="confirmed") & Q(damages__gte=0)),
                name="breach_damages",
                violation_error_message="违约金随认定产生，不得小于 0",
            ),
            models.CheckConstraint(
                condition=~Q(state="stated") | ~Q(statement=""),
                name="breach_stated",
                violation_error_message="陈述须写明内容",
            ),
        ]

    def __str__(self):
        return f"违约 {self.no}"


class BreachMove(Move):
    """One step of a breach: registered, stated, waived, confirmed, dropped."""

    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)


class BreachPaper(TenantModel):
    """Evidence of a breach, or what the agency puts to its statement."""

    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, related_name="papers")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    title = models.CharField("名称", max_length=80)
    added_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["added_at", "id"]
