"""The tenant's words for the codes of its contracts."""

from django.db import models

from tenancy.models import TenantModel


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
