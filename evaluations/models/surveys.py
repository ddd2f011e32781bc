"""Satisfaction surveys: questionnaires in versions, the sample, its slips, and the answers, which nobody can change or trace back."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from caseload.models import Person
from contracts.models import Contract
from documents.models import Snapshot, StoredFile
from services.models import Answer
from tenancy import masks
from tenancy.fields import BlindIndexField, SealedTextField
from tenancy.models import Area, Membership, Move, Organisation, TenantModel


class Questionnaire(TenantModel):
    """One version of a questionnaire under a contract, as data. A version never changes; another wording is another version."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="questionnaires")
    code = models.CharField("代号", max_length=40)
    no = models.PositiveSmallIntegerField("版本")
    # What evaluations.rules.questionnaires reads.
    definition = models.JSONField("问卷")
    digest = models.CharField("摘要", max_length=64)
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["code", "-no"]
        constraints = [models.UniqueConstraint(fields=["tenant", "contract", "code", "no"], name="questionnaire_no")]

    def __str__(self):
        return f"{self.definition.get('title', self.code)} 第 {self.no} 版"


class Survey(TenantModel):
    """One survey of one measure, run by one organisation. Once it is open, what is asked and of whom stays (0002_seal)."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        OPEN = "open", "进行中"
        CLOSED = "closed", "已结束"

    class Side(models.TextChoices):
        PURCHASER = "purchaser", "甲方"
        PROVIDER = "provider", "乙方"
        EVALUATOR = "evaluator", "第三方"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="surveys")
    # The measure: a kind of answer that the contract's indicators count. A survey has one; measures are never mixed.
    kind = models.CharField("满意度指标", max_length=40)
    title = models.CharField("名称", max_length=80)
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="surveys")
    collector = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    side = models.CharField("调查方", max_length=10, choices=Side)
    # Whether the answers count for the contract's indicator, or only stand beside it.
    counts = models.BooleanField("计入合同指标", default=True)
    ways = ArrayField(models.CharField(max_length=8), verbose_name="调查方式", default=list)
    from_day = models.DateField("开始")
    to_day = models.DateField("截止")
    target = models.PositiveIntegerField("目标份数")
    # Whom the sample is drawn from: people served in this time, as the records or the cases tell.
    population = models.CharField("抽样总体", max_length=8, default="records")
    served_from = models.DateField("服务期起")
    served_to = models.DateField("服务期止")
    by_category = models.BooleanField("按类别分层", default=False)
    seed = models.CharField("抽样种子", max_length=40, blank=True)
    frame = models.ForeignKey(Snapshot, on_delete=models.PROTECT, null=True, related_name="+")
    link_secret = SealedTextField("公开链接")
    link_index = BlindIndexField()
    state = models.CharField("状态", max_length=8, choices=State, default=State.DRAFT)
    created_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField("开放", null=True, blank=True)
    closed_at = models.DateTimeField("结束", null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_day__gte=F("from_day")) & Q(served_to__gte=F("served_from")),
                name="survey_interval",
                violation_error_message="截止日期不得早于开始日期",
            ),
            models.CheckConstraint(
                condition=Q(target__gte=1), name="survey_target", violation_error_message="目标份数至少 1 份"
            ),
            models.CheckConstraint(condition=~Q(ways=[]), name="survey_ways", violation_error_message="至少选一种方式"),
            models.CheckConstraint(condition=Q(state="draft") | Q(opened_at__isnull=False), name="survey_opened"),
            models.CheckConstraint(condition=~Q(state="closed") | Q(closed_at__isnull=False), name="survey_closed"),
            models.UniqueConstraint(fields=["tenant", "link_index"], condition=~Q(link_index=""), name="survey_link"),
        ]
        indexes = [models.Index(fields=["tenant", "contract", "kind", "state"], name="survey_list")]

    def __str__(self):
        return self.title


class SurveyMove(Move):
    """One step of a survey: created, changed, drawn, opened, closed."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="moves")


class SurveyQuota(TenantModel):
    """How many answers are wanted from one stratum, and how many people it held when the sample was drawn."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="quotas")
    street = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    category = models.CharField("类别", max_length=30, blank=True)
    people = models.PositiveIntegerField("总体人数")
    wanted = models.PositiveIntegerField("配额")

    class Meta(TenantModel.Meta):
        ordering = ["street__sort", "street_id", "category"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "survey", "street", "category"], nulls_distinct=False, name="surveyquota_once"
            )
        ]


class SurveySlip(TenantModel):
    """One drawn person and the secret with which they may answer once. Nothing ties it to the answer."""

    class State(models.TextChoices):
        WAITING = "waiting", "待访"
        ANSWERED = "answered", "已答"
        REFUSED = "refused", "拒访"
        ABSENT = "absent", "未联系上"

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="slips")
    number = models.PositiveIntegerField("编号")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    street = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    category = models.CharField("类别", max_length=30, blank=True)
    secret = SealedTextField("答题码")
    secret_index = BlindIndexField()
    # Without a time and without a hand: either would lead from a person to an answer.
    state = models.CharField("状态", max_length=8, choices=State, default=State.WAITING)

    class Meta(TenantModel.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "survey", "number"], name="surveyslip_number"),
            models.UniqueConstraint(fields=["tenant", "survey", "person"], name="surveyslip_person"),
            models.UniqueConstraint(fields=["tenant", "secret_index"], name="surveyslip_secret"),
        ]

    def __str__(self):
        return f"{self.number:03d}"


class SurveyResponse(TenantModel):
    """One original answer, added and never changed. It names nobody: the stratum is all that is known of who gave it."""

    class Way(models.TextChoices):
        SLIP = "slip", "专用码"
        LINK = "link", "公开链接"
        PAPER = "paper", "纸质问卷"
        PHONE = "phone", "电话访谈"
        FACE = "face", "当面读题"

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="responses")
    way = models.CharField("方式", max_length=8, choices=Way)
    # What may answer once: a digest of the slip's secret, of the phone's own mark, or of the paper's number.
    once = models.CharField(max_length=64)
    batch = models.CharField("批次", max_length=20, blank=True)
    serial = models.CharField("卷号", max_length=20, blank=True)
    street = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    category = models.CharField("类别", max_length=30, blank=True)
    answers = models.JSONField("答案")
    # Free words by question, as JSON: people write names into them.
    words = SealedTextField("意见", mask=masks.everything)
    satisfied = models.BooleanField("满意", null=True)
    score = models.DecimalField("评分", max_digits=5, decimal_places=2, null=True)
    is_valid = models.BooleanField("有效")
    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, null=True, related_name="+")
    scan = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    entered_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("收到")

    class Meta(TenantModel.Meta):
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "survey", "once"], name="surveyresponse_once", violation_error_message="已经答过"
            ),
            models.CheckConstraint(condition=~Q(once=""), name="surveyresponse_mark"),
            models.CheckConstraint(
                condition=~Q(way="paper") | (~Q(serial="") & ~Q(batch="")),
                name="surveyresponse_paper",
                violation_error_message="纸质问卷须有批次和卷号",
            ),
            models.CheckConstraint(
                condition=Q(way__in=["slip", "link"]) | Q(entered_by__isnull=False),
                name="surveyresponse_entered",
                violation_error_message="代录的问卷须有录入人",
            ),
            models.CheckConstraint(
                condition=~Q(way__in=["slip", "link"]) | Q(entered_by__isnull=True), name="surveyresponse_anonymous"
            ),
        ]


class SurveyVoid(TenantModel):
    """An answer that doesn't count any more, with the reason. The original stays beside it."""

    response = models.OneToOneField(SurveyResponse, on_delete=models.PROTECT, related_name="void")
    reason = models.CharField("作废原因", max_length=400)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="surveyvoid_reason", violation_error_message="作废须写明原因"
            )
        ]
