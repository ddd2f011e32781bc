"""What was agreed: procurement, contract, price lines, term, areas, payment terms, deadlines, damages, papers due."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tenancy.models import Area, Membership, Move, Organisation, TenantModel


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


class StaffPost(ContractPart):
    """One person in one post for a time, on either side; also decides whose contract it is."""

    class Side(models.TextChoices):
        PURCHASER = "purchaser", "甲方"
        PROVIDER = "provider", "乙方"

    class Kind(models.TextChoices):
        PROJECT = "project", "项目人员"
        ORGANISATION = "organisation", "机构人员"

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="posts")
    name = models.CharField("姓名", max_length=40)
    # Staff of the project, or of the agency as a whole where a contract asks for that, too.
    kind = models.CharField("类别", max_length=12, choices=Kind, default=Kind.PROJECT)
    post = models.CharField("岗位", max_length=30)
    side = models.CharField("一方", max_length=10, choices=Side)
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="派驻社区（村）"
    )
    street = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="派驻街道（乡镇）"
    )
    # Contracts set limits of age, so it is counted; plain, as the date of a served person is. Shown only to who manages staff.
    born_on = models.DateField("出生日期", null=True, blank=True)
    from_day = models.DateField("到岗")
    to_day = models.DateField("离岗", null=True, blank=True)
    is_verified = models.BooleanField("已核", default=False)
    # full_time, on_site, resident_at, certified, related_diploma, rehired, education, sex … as the contract's fields say.
    facts = models.JSONField(default=dict, blank=True)
    papers = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    # Who has agreed to an exception: station_leadership …
    approvals = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    class Meta(ContractPart.Meta):
        ordering = ["side", "post", "from_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(born_on__isnull=True) | Q(born_on__lt=F("from_day")),
                name="staffpost_born",
                violation_error_message="出生日期须早于到岗",
            ),
            models.CheckConstraint(
                condition=Q(to_day__isnull=True) | Q(to_day__gte=F("from_day")),
                name="staffpost_interval",
                violation_error_message="离岗不得早于到岗",
            ),
        ]


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


class ReadGrant(ContractPart):
    """Lets another organisation of the tenant read this contract's service data, without its money."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="grants")
    reason = models.CharField("依据", max_length=200)
    from_day = models.DateField("起")
    to_day = models.DateField("止", null=True, blank=True)

    class Meta(ContractPart.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "contract", "organisation"],
                name="readgrant_once",
                violation_error_message="该组织已获准查看",
            ),
            models.CheckConstraint(
                condition=Q(to_day__isnull=True) | Q(to_day__gte=F("from_day")),
                name="readgrant_interval",
                violation_error_message="截止日不得早于起始日",
            ),
        ]


class Label(TenantModel):
    """The Chinese word for a code that contracts use and no table of its own explains: registers, papers, documents, posts."""

    class Family(models.TextChoices):
        REGISTER = "register", "名册"
        PAPER = "paper", "材料"
        DOCUMENT = "document", "成果文件"
        POST = "post", "岗位"
        APPROVAL = "approval", "批准"
        INCIDENT = "incident", "事件"
        CLOCK = "clock", "计时事项"
        FACT = "fact", "字段"
        CHOICE = "choice", "选项"
        SCORE = "score", "评分"
        KIND = "kind", "类型"

    family = models.CharField("类别", max_length=10, choices=Family)
    code = models.CharField("代号", max_length=60)
    label = models.CharField("名称", max_length=60)

    class Meta(TenantModel.Meta):
        ordering = ["family", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "family", "code"], name="label_code", violation_error_message="这个代号已使用"
            )
        ]

    def __str__(self):
        return self.label
