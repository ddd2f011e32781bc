"""Rows that were merged into another stay for links and history, and stand nowhere else."""

from tenancy.models import ScopedManager


class StandingManager(ScopedManager):
    """Leaves out what was merged into another row; the model's `everyone` finds those too."""

    def get_queryset(self):
        return super().get_queryset().filter(merged_into=None)
