"""The only place that reads the clock; views and tasks call it once and pass the moment on."""

from zoneinfo import ZoneInfo

from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now():
    """The present moment, aware."""
    return timezone.now()


def today():
    """Today's date in Asia/Shanghai."""
    return day_of(now())


def day_of(moment):
    """The calendar day on which an aware moment falls in Asia/Shanghai."""
    return moment.astimezone(SHANGHAI).date()
