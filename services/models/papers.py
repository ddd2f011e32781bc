"""Papers handed to the purchaser, and questionnaires."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from caseload.models import Case, Person
from contracts.models import Contract
from documents.models import StoredFile
from tenancy import masks
from tenancy.fields import SealedTextField
from tenancy.models import Area, Membership, TenantModel


class Deliverable(TenantModel):
    """A paper handed to the purchaser: the document source of the indicator vocabulary."""

    class State(models.TextChoices):
        DELIVERED = "delivered", "待接收"
        ACCEPTED = "accepted", "已接收"
        RETURNED = "returned", "退回"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="deliverables")
    kind = models.CharField("材料类型", max_length=40)
    title = models.CharField("名称", max_length=120)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    street = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    covers = models.CharField("所属周期", max_length=10, blank=True)
    covers_from = models.DateField("周期首日", null=True, blank=True)
    delivered_on = models.DateField("提交日期")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    papers = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DELIVERED)
    return_reason = models.CharField("退回原因", max_length=400, blank=True, default="")
    delivered_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["delivered_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""),
                name="deliverable_returned_reason",
                violation_error_message="退回须写明原因",
            )
        ]
        indexes = [models.Index(fields=["tenant", "contract", "kind", "delivered_on"], name="deliverable_count")]

    def __str__(self):
        return self.title


class Answer(TenantModel):
    """One questionnaire: the answer source of the indicator vocabulary."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="answers")
    kind = models.CharField(max_length=40, default="satisfaction")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="answers")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    street = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    day = models.DateField("填写日期")
    score = models.DecimalField("评分", max_digits=5, decimal_places=2, null=True, blank=True)
    satisfied = models.BooleanField("满意", null=True)
    facts = models.JSONField(default=dict, blank=True)
    # What somebody wrote beside it, in their own words.
    comment = SealedTextField("意见", mask=masks.everything)
    # The session or event that it is about; an anonymous one names nobody else.
    record = models.ForeignKey(
        "services.ServiceRecord", on_delete=models.PROTECT, null=True, blank=True, related_name="feedback"
    )
    state = models.CharField(max_length=10, default="valid")
    collected_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "contract", "kind", "day"], name="answer_count")]
