"""Kinds of activities as data."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tenancy.models import TenantModel


class ActivityKind(TenantModel):
    """A kind of activity as data: its subject, its own fields, the evidence that it needs."""

    class Subject(models.TextChoices):
        NONE = "none", "不指定"
        HOUSEHOLD = "household", "户"
        PERSON = "person", "人"
        CASE = "case", "个案"
        GROUP = "group", "小组"
        ENTRY = "entry", "名册对象"

    code = models.CharField("代号", max_length=40)
    label = models.CharField("名称", max_length=40)
    subject = models.CharField("对象", max_length=10, choices=Subject, default=Subject.NONE)
    # [{"name": "topic", "label": "类型", "type": "choice|number|boolean|date|text", "choices": [["festival","主题节日"]], "required": true}]
    fields = models.JSONField("专用字段", default=list, blank=True)
    # [{"kind": "photo", "label": "照片", "min": 1}]
    evidence = models.JSONField("材料要求", default=list, blank=True)
    # Which common fields the form shows: mode, direct, participants, workers, quantity, score …
    shows = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    modes = models.JSONField("方式", default=list, blank=True)
    # The registers whose entries a record of this kind names: points, organisations, residents, or the team that did it.
    registers = ArrayField(models.CharField(max_length=40), verbose_name="名册", default=list, blank=True)
    # The paper of the case's or group's file that a verified record of this kind is, e.g. 过程记录 or 活动记录.
    proves = models.CharField("即为材料", max_length=40, blank=True, default="")
    is_active = models.BooleanField("可用", default=True)
    sort = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        ordering = ["sort"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "code"], name="activitykind_code", violation_error_message="这个代号已使用"
            )
        ]

    def __str__(self):
        return self.label
