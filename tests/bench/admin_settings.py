"""The program's settings with Django's admin beside it: the peer of the list in row 4."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS, MIDDLEWARE, TEMPLATES

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin"]
__all__ = ["INSTALLED_APPS", "MIDDLEWARE", "TEMPLATES"]
