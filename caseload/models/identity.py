"""How it became known who somebody is."""

from django.db import models

from caseload.models.households import Person
from documents.models import StoredFile
from tenancy import masks
from tenancy.fields import SealedTextField
from tenancy.models import Membership, TenantModel


class Identification(TenantModel):
    """One finding about a person whose identity was not known: on what basis, by whom, and what stood there before."""

    class Basis(models.TextChoices):
        POLICE = "police", "公安比对"
        RELATIVE = "relative", "亲属辨认"
        PAPERS = "papers", "证件查验"
        DNA = "dna", "DNA 比对"
        SELF = "self", "本人陈述经核实"
        COMMUNITY = "community", "社区（村）证明"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identifications")
    basis = models.CharField("依据", max_length=12, choices=Basis)
    found_on = models.DateField("查明日期")
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="证明材料"
    )
    told = SealedTextField("经过", mask=masks.everything)
    # {field: text} of what stood there until then.
    before = SealedTextField("原登记", mask=masks.everything)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["at"]
