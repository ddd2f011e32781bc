"""What a contract's file says row by row: prices, areas, phases, payment, deadlines, penalties, papers, unclear places."""

from django.db import models
from django.db.models import F, Q

from contracts.models.agreement import Clause, ContractPart
from tenancy.models import Area, Membership


class PriceLine(ContractPart, Clause):
    """One priced item; the lines add up to the contract's amount."""

    no = models.PositiveSmallIntegerField("序号")
    title = models.CharField("项目", max_length=80)
    quantity = models.DecimalField("数量", max_digits=12, decimal_places=2)
    unit = models.CharField("单位", max_length=20)
    unit_price = models.DecimalField("单价", max_digits=14, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField("合价", max_digits=14, decimal_places=2)
    # The indicator whose counted number this line is worth.
    indicator = models.CharField("对应指标", max_length=30, blank=True)
    note = models.TextField("说明", blank=True)

    class Meta(ContractPart.Meta):
        ordering = ["no"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "contract", "no"], name="priceline_no"),
            models.CheckConstraint(
                condition=Q(unit_price__isnull=True) | Q(amount=F("quantity") * F("unit_price")),
                name="priceline_product",
                violation_error_message="合价应等于数量乘单价",
            ),
        ]


class ContractArea(ContractPart):
    """A subdistrict or town that the contract serves."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    sort = models.PositiveSmallIntegerField(default=0)

    class Meta(ContractPart.Meta):
        ordering = ["sort"]
        constraints = [models.UniqueConstraint(fields=["tenant", "contract", "area"], name="contractarea_once")]


class Phase(ContractPart, Clause):
    """A stretch of the plan."""

    title = models.CharField("阶段", max_length=80)
    starts_on = models.DateField("起")
    ends_on = models.DateField("止")
    sort = models.PositiveSmallIntegerField(default=0)

    class Meta(ContractPart.Meta):
        ordering = ["sort"]


class PaymentTerm(ContractPart, Clause):
    """One instalment: share and sum, what must have happened, and by when it is due."""

    class DueUnit(models.TextChoices):
        WORKING_DAYS = "working_days", "个工作日"
        CALENDAR_DAYS = "calendar_days", "日"

    no = models.PositiveSmallIntegerField("期次")
    title = models.CharField("名称", max_length=60)
    share = models.DecimalField("比例", max_digits=7, decimal_places=4)
    amount = models.DecimalField("金额", max_digits=14, decimal_places=2, null=True, blank=True)
    # Names of payments.rules.TRIGGERS: contract_signed, indicators_complete, documents_delivered, acceptance_passed …
    triggers = models.JSONField("付款条件", default=list)
    due_from = models.CharField("起算", max_length=40)
    due_within = models.PositiveSmallIntegerField("期限", null=True, blank=True)
    due_unit = models.CharField(max_length=14, choices=DueUnit, default=DueUnit.WORKING_DAYS)
    # "before": payment only against the invoice; "with": an equal invoice is due, order not stated.
    invoice = models.CharField("发票", max_length=10, default="before")

    class Meta(ContractPart.Meta):
        ordering = ["no"]
        constraints = [models.UniqueConstraint(fields=["tenant", "contract", "no"], name="paymentterm_no")]


class Deadline(ContractPart, Clause):
    """A limit in time: from an event, so many working days, days or months, to another."""

    class Unit(models.TextChoices):
        WORKING_DAYS = "working_days", "个工作日"
        CALENDAR_DAYS = "calendar_days", "日"
        MONTHS = "months", "个月"

    code = models.CharField("代号", max_length=30)
    # The step that the software clocks with this limit, e.g. case.first_contact; empty when people keep it themselves.
    step = models.CharField("环节", max_length=40, blank=True)
    title = models.CharField("事项", max_length=80)
    start = models.CharField("起算", max_length=120)
    # None: promptly (及时), without a number.
    within = models.PositiveSmallIntegerField("期限", null=True, blank=True)
    # The far end of a window: 结案后半年到一年 is within 6, until 12 months.
    until = models.PositiveSmallIntegerField("最迟", null=True, blank=True)
    unit = models.CharField(max_length=14, choices=Unit, default=Unit.WORKING_DAYS)
    # The limit runs backwards: at least so long before the start.
    is_before = models.BooleanField("提前", default=False)
    finish = models.CharField("完成标志", max_length=160, blank=True)
    sort = models.PositiveSmallIntegerField(default=0)

    class Meta(ContractPart.Meta):
        ordering = ["sort"]
        constraints = [models.UniqueConstraint(fields=["tenant", "contract", "code"], name="deadline_code")]


class PenaltyRule(ContractPart, Clause):
    """What a breach costs, and what follows from too many."""

    code = models.CharField("代号", max_length=30)
    title = models.CharField("情形", max_length=160)
    rate = models.DecimalField("比例", max_digits=7, decimal_places=4, null=True, blank=True)
    amount = models.DecimalField("金额", max_digits=14, decimal_places=2, null=True, blank=True)
    basis = models.CharField("计算", max_length=20, blank=True)
    effect = models.CharField("后果", max_length=200, blank=True)
    limits = models.JSONField("上限", default=dict, blank=True)
    # {share | amount} as text: at most so much by this rule; of a rule that has neither rate nor amount, by all rules together.
    cap = models.JSONField("违约金上限", default=dict, blank=True)
    sort = models.PositiveSmallIntegerField(default=0)

    class Meta(ContractPart.Meta):
        ordering = ["sort"]
        constraints = [models.UniqueConstraint(fields=["tenant", "contract", "code"], name="penaltyrule_code")]


class RequiredDocument(ContractPart, Clause):
    """A paper that the contract asks for. `kind` is the document kind that proves it."""

    kind = models.CharField("材料类型", max_length=40)
    title = models.CharField("材料", max_length=120)
    quantity = models.PositiveSmallIntegerField("份数", default=1)
    is_result = models.BooleanField("正式成果", default=False)
    sort = models.PositiveSmallIntegerField(default=0)

    class Meta(ContractPart.Meta):
        ordering = ["sort"]
        constraints = [models.UniqueConstraint(fields=["tenant", "contract", "kind"], name="requireddocument_kind")]


class OpenReading(ContractPart):
    """A place where the contract is unclear or contradicts itself: what we do meanwhile, and what was decided."""

    code = models.CharField("代号", max_length=30)
    title = models.CharField("事项", max_length=80)
    # Paths of the file that it is about: contract.delivery_deadline, price_lines.5, indicators.MTG04-11.
    about = models.JSONField("涉及", default=list, blank=True)
    problem = models.TextField("问题")
    treatment = models.TextField("现行处理")
    choices = models.JSONField("可选处理", default=dict, blank=True)
    default = models.CharField("默认", max_length=30, blank=True)
    # What a choice changes in the indicators: {choice: {code: {word: value, "drop": [words]}}}; and the way back from the one made.
    sets = models.JSONField("改动的指标", default=dict, blank=True)
    undo = models.JSONField(default=dict, blank=True)
    source = models.CharField("出处", max_length=120, blank=True)
    sort = models.PositiveSmallIntegerField(default=0)
    decision = models.CharField("选定", max_length=30, blank=True)
    reason = models.CharField("依据", max_length=300, blank=True)
    decided_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta(ContractPart.Meta):
        ordering = ["sort"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "contract", "code"], name="openreading_code"),
            models.CheckConstraint(
                condition=Q(decision="") | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(reason="")),
                name="openreading_decided",
                violation_error_message="选定处理须写明依据",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.title}"
