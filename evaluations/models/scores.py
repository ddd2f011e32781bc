"""The scores of concluded evaluations: the score source of the indicator vocabulary."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from contracts.models import Contract
from documents.models import StoredFile
from evaluations import scores
from tenancy.models import Area, Membership, Move, TenantModel


class Score(TenantModel):
    """The score of a concluded evaluation: the score source of the indicator vocabulary.

    It is recorded when it is final; a wrong one is made void, with the reason, and recorded anew.
    """

    class State(models.TextChoices):
        FINAL = "final", "有效"
        VOID = "void", "作废"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="scores")
    # A label of the family `score`: mid_term, final …
    kind = models.CharField("评估", max_length=40)
    title = models.CharField("名称", max_length=80, blank=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    street = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    score = models.DecimalField("得分", max_digits=7, decimal_places=2)
    concluded_on = models.DateField("结论日期")
    facts = models.JSONField(default=dict, blank=True)
    papers = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField("状态", max_length=10, choices=State, default=State.FINAL)
    void_reason = models.CharField("作废原因", max_length=400, blank=True, default="")
    recorded_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["-concluded_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(score__gte=0), name="score_not_negative", violation_error_message="得分不得小于 0"
            ),
            models.CheckConstraint(
                condition=~Q(state="void") | ~Q(void_reason=""),
                name="score_void_reason",
                violation_error_message="作废须写明原因",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "contract", "kind", "concluded_on"], name="score_count")]

    def __str__(self):
        return self.title or f"{self.concluded_on:%Y-%m-%d} {self.kind}"


class ScoreMove(Move):
    """One step of a score: recorded, made void."""

    score = models.ForeignKey(Score, on_delete=models.CASCADE, related_name="moves")


scores.register(Score)
