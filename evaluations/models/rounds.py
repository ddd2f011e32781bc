"""A round of evaluation (评估): prepared, scored by those whom it is assigned to, stated upon, concluded."""

from django.db import models
from django.db.models import F, Q

from contracts.models import Contract
from documents.models import Snapshot, StoredFile
from evaluations.models.schemes import SchemeVersion
from tenancy.models import Membership, Move, TenantModel


class Round(TenantModel):
    """One round of one evaluation that the contract asks for; a re-evaluation after rectification is a new round with its own number."""

    class State(models.TextChoices):
        PREPARED = "prepared", "筹备"
        SELF_EVALUATION = "self_evaluation", "自评"
        SCORING = "scoring", "评分中"
        STATEMENT = "statement", "待乙方陈述"
        STATED = "stated", "待出结论"
        CONCLUDED = "concluded", "已出结论"
        CANCELLED = "cancelled", "已取消"

    class Result(models.TextChoices):
        PASSED = "passed", "合格"
        FAILED = "failed", "不合格"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="rounds")
    # The evaluation's code and stage in the contract file, and its title there.
    evaluation = models.CharField("考核评估", max_length=30)
    stage = models.CharField("阶段", max_length=20)
    title = models.CharField("名称", max_length=120)
    no = models.PositiveSmallIntegerField("轮次", default=1)
    version = models.ForeignKey(SchemeVersion, on_delete=models.PROTECT, related_name="rounds")
    state = models.CharField("状态", max_length=16, choices=State, default=State.PREPARED)
    # The facts of all items are those of the contract as measured at the end of this day, and stay so.
    cutoff_on = models.DateField("事实截至")
    facts = models.ForeignKey(Snapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    has_self_evaluation = models.BooleanField("先自评", default=False)
    self_until = models.DateField("自评截止", null=True, blank=True)
    scores_until = models.DateField("评分截止")
    statement_until = models.DateField("陈述截止", null=True, blank=True)
    # The agency's statement on the scores; that it makes none is a statement, too.
    statement = models.TextField("乙方陈述", blank=True)
    stated_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    stated_at = models.DateTimeField(null=True, blank=True)
    # The total as the signed sheets make it, in points; None for a scheme without points.
    total = models.DecimalField("得分", max_digits=7, decimal_places=2, null=True, blank=True)
    # How it was made: each party's total and weight, dropped scores, agreed items, vetoes, grade.
    worked = models.JSONField("算法", default=dict, blank=True)
    result = models.CharField("结论", max_length=8, choices=Result, blank=True)
    grade = models.CharField("等次", max_length=20, blank=True)
    opinion = models.TextField("结论意见", blank=True)
    # A score exactly on a line of the contract: which case the purchaser decided for, and why.
    decision = models.TextField("恰在分数线上的决定", blank=True)
    concluded_on = models.DateField("结论日期", null=True, blank=True)
    concluded_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    prepared_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    # Made after the conclusion; the package of facts and scrubbed samples, and the report.
    pack = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["-prepared_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "contract", "evaluation", "no"], name="round_no"),
            models.UniqueConstraint(
                fields=["tenant", "contract", "evaluation"],
                condition=~Q(state__in=["concluded", "cancelled"]),
                name="round_one_open",
                violation_error_message="这项评估已有一轮在办",
            ),
            models.CheckConstraint(
                condition=~Q(state="concluded")
                | (~Q(result="") & Q(concluded_on__isnull=False, concluded_by__isnull=False)),
                name="round_concluded",
                violation_error_message="结论须有结果、日期和登记人",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["prepared", "cancelled"]) | Q(facts__isnull=False),
                name="round_facts",
                violation_error_message="开始以后须有固定的事实",
            ),
            models.CheckConstraint(
                condition=Q(scores_until__gte=F("cutoff_on")),
                name="round_until",
                violation_error_message="评分截止不得早于事实截至",
            ),
        ]

    def __str__(self):
        return f"{self.title}（第 {self.no} 轮）" if self.no > 1 else self.title


class RoundMove(Move):
    """One step of a round."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=16, blank=True)
    to_state = models.CharField(max_length=16)


class Scorer(TenantModel):
    """One person who scores in a round for one party of the scheme, for a time; `self` is the agency's own evaluation.

    Nothing of the round is open to an evaluator before the declaration, outside from_day … to_day, or once recused.
    """

    class State(models.TextChoices):
        ASSIGNED = "assigned", "待声明"
        DECLARED = "declared", "评分中"
        SIGNED = "signed", "已签名"
        RECUSED = "recused", "已回避"
        RELEASED = "released", "已解除"

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="scorers")
    party = models.CharField("评分方", max_length=30)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name="评分人")
    is_lead = models.BooleanField("组长", default=False)
    from_day = models.DateField("起")
    to_day = models.DateField("止")
    state = models.CharField("状态", max_length=8, choices=State, default=State.ASSIGNED)
    declared_at = models.DateTimeField("声明时间", null=True, blank=True)
    # What the person declared: no interest, or the interest for which it steps back.
    interest = models.CharField("利害关系", max_length=400, blank=True)
    signed_at = models.DateTimeField("签名时间", null=True, blank=True)
    total = models.DecimalField("合计", max_digits=7, decimal_places=2, null=True, blank=True)
    digest = models.CharField("摘要", max_length=64, blank=True)
    opinion = models.TextField("总评", blank=True)
    assigned_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["party", "-is_lead", "assigned_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "round", "membership"],
                condition=~Q(state__in=["released", "recused"]),
                name="scorer_once",
                violation_error_message="此人已在这一轮评分",
            ),
            models.CheckConstraint(
                condition=Q(to_day__gte=F("from_day")),
                name="scorer_interval",
                violation_error_message="截止日不得早于起始日",
            ),
            models.CheckConstraint(
                condition=~Q(state="signed") | (Q(signed_at__isnull=False, declared_at__isnull=False) & ~Q(digest="")),
                name="scorer_signed",
                violation_error_message="签名前须声明利害关系",
            ),
            models.CheckConstraint(
                condition=~Q(state="recused") | ~Q(interest=""),
                name="scorer_recused",
                violation_error_message="回避须写明原因",
            ),
        ]

    def __str__(self):
        return str(self.membership)


class ItemScore(TenantModel):
    """What one scorer enters on one item, saved as it is typed; final once the scorer has signed (0002_seal)."""

    scorer = models.ForeignKey(Scorer, on_delete=models.PROTECT, related_name="item_scores")
    item = models.CharField("评分项", max_length=20)
    # As evaluations.rules.scoring reads it for the kind of item: points, level, parts, count, passed.
    entry = models.JSONField(default=dict, blank=True)
    points = models.DecimalField("得分", max_digits=7, decimal_places=2, null=True, blank=True)
    note = models.TextField("评语与依据", blank=True)
    # Counts the saves, so that the same sheet open twice never overwrites itself unseen.
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["item"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "scorer", "item"], name="itemscore_once"),
            models.CheckConstraint(condition=Q(points__isnull=True) | Q(points__gte=0), name="itemscore_points"),
        ]


class ScorePhoto(TenantModel):
    """A photo that a scorer puts beside an item."""

    scorer = models.ForeignKey(Scorer, on_delete=models.PROTECT, related_name="photos")
    item = models.CharField("评分项", max_length=20)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    caption = models.CharField("说明", max_length=80, blank=True)
    added_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["item", "added_at"]


class Agreement(TenantModel):
    """The score that a party's scorers agree on after they differed too much on an item (合议); each own score stays as it was."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="agreements")
    party = models.CharField("评分方", max_length=30)
    item = models.CharField("评分项", max_length=20)
    points = models.DecimalField("合议得分", max_digits=7, decimal_places=2)
    reason = models.TextField("合议意见")
    proposed_by = models.ForeignKey(Scorer, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    is_withdrawn = models.BooleanField("已撤回", default=False)

    class Meta(TenantModel.Meta):
        ordering = ["item", "proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "round", "party", "item"],
                condition=Q(is_withdrawn=False),
                name="agreement_one",
                violation_error_message="这一项已有一个合议得分，先撤回它",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="agreement_reason", violation_error_message="合议须写明意见"
            ),
        ]


class AgreementVoice(TenantModel):
    """One scorer's yes to an agreement; it stands when all scorers of the party have given theirs."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="voices")
    scorer = models.ForeignKey(Scorer, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "agreement", "scorer"], name="agreementvoice_once")]
