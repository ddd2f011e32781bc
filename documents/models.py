"""Papers: files that came in, snapshots that froze figures, papers made from them, and the jobs that make them."""

from django.db import models
from django.db.models import Q

from tenancy import masks
from tenancy.fields import SealedTextField
from tenancy.models import Membership, TenantModel


class StoredFile(TenantModel):
    """A file that was checked and stored under its own digest; the row is the only way to it."""

    class TimeSource(models.TextChoices):
        CAMERA = "camera", "照片自带"
        PHONE = "phone", "手机文件时间"

    name = models.CharField("文件名", max_length=200)
    content_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField("大小")
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200, editable=False)
    # A small picture for lists, for images only.
    thumbnail_path = models.CharField(max_length=200, blank=True, default="", editable=False)
    width = models.PositiveIntegerField(null=True, editable=False)
    height = models.PositiveIntegerField(null=True, editable=False)
    # Who says when it was taken: the camera's own record, read before it is removed from the picture, or the phone's file.
    taken_at = models.DateTimeField("拍摄时间", null=True, blank=True)
    taken_told_by = models.CharField(max_length=10, choices=TimeSource, blank=True, default="")
    # Where, as "latitude,longitude" in degrees; it is somebody's home.
    taken_place = SealedTextField("拍摄地点", mask=masks.everything)
    uploaded_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField("上传时间")

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "sha256"], name="storedfile_sha256")]

    def __str__(self):
        return self.name


class Snapshot(TenantModel):
    """Figures frozen at a moment, in canonical JSON with its SHA-256: whatever is decided or printed rests on one."""

    kind = models.CharField(max_length=40)
    data = models.JSONField()
    digest = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "digest"], name="snapshot_digest")]

    def __str__(self):
        return f"摘要 {self.digest[:12]}"


class Job(TenantModel):
    """Long work. This row is the truth (lease, attempt, progress); the broker only wakes workers."""

    class State(models.TextChoices):
        QUEUED = "queued", "排队"
        RUNNING = "running", "处理中"
        DONE = "done", "完成"
        FAILED = "failed", "失败"

    kind = models.CharField(max_length=60)
    # One result however often it is asked for: the same work has the same key.
    key = models.CharField(max_length=160)
    label = models.CharField("事项", max_length=160)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    error = models.CharField("原因", max_length=400, blank=True, default="")
    result = models.JSONField(default=dict)
    asked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "kind", "key"], condition=~Q(state="failed"), name="job_once"),
            models.CheckConstraint(condition=Q(done__lte=models.F("total")) | Q(total=0), name="job_progress"),
        ]
        indexes = [models.Index(fields=["lease_until"], condition=Q(state__in=["queued", "running"]), name="job_open")]

    def __str__(self):
        return self.label
