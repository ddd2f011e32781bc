"""How numbers, money and dates are written on screen (one way each)."""

import datetime as dt
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction

from django.utils import timezone

from tenancy.templatetags.fuyue.library import register

NOTHING = "—"
MINUS = "−"
WEEKDAYS = "一二三四五六日"


def _decimal(value):
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _signed(text):
    return text.replace("-", MINUS)


@register.filter
def money(value):
    """166444.8 → 166,444.80; a minus is U+2212; nothing is an em dash."""
    amount = None if value in (None, "") else _decimal(value)
    return NOTHING if amount is None else _signed(f"{amount.quantize(Decimal('0.01'), ROUND_HALF_UP):,}")


@register.filter
def num(value):
    """12.50 → 12.5, 2846 → 2,846; what is no number stays as it is."""
    if value in (None, ""):
        return NOTHING
    number = _decimal(value)
    if number is None or not number.is_finite():
        return value
    text = f"{number:,f}"
    return _signed(text.rstrip("0").rstrip(".") if "." in text else text)


@register.filter
def percent(share, digits=0):
    """A share of 1 as a percentage, cut and never rounded up: 0.9996 → 99%. Reaching 100% must mean reached."""
    number = None if share in (None, "") else _decimal(share)
    if number is None:
        return NOTHING
    return f"{num((number * 100).quantize(Decimal(1).scaleb(-int(digits)), ROUND_DOWN))}%"


def _day(value):
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def _moment(value):
    return timezone.localtime(value) if timezone.is_aware(value) else value


@register.filter
def ymd(value):
    """2024-11-20"""
    return f"{_day(value):%Y-%m-%d}" if value else NOTHING


@register.filter
def monthday(value):
    """11-20, within the contract's year."""
    return f"{_day(value):%m-%d}" if value else NOTHING


@register.filter
def weekday(value):
    """周三"""
    return f"周{WEEKDAYS[_day(value).weekday()]}" if value else NOTHING


@register.filter
def cn_day(value):
    """2024年11月20日, in prose and on paper."""
    if not value:
        return NOTHING
    day = _day(value)
    return f"{day.year}年{day.month}月{day.day}日"


@register.filter
def cn_month(value):
    """2024年10月"""
    if not value:
        return NOTHING
    day = _day(value)
    return f"{day.year}年{day.month}月"


@register.filter
def moment(value):
    """2024-11-20 09:42"""
    return f"{_moment(value):%Y-%m-%d %H:%M}" if value else NOTHING


@register.filter
def short_moment(value):
    """11-20 09:42"""
    return f"{_moment(value):%m-%d %H:%M}" if value else NOTHING


@register.filter
def hm(value):
    """09:42"""
    if not value:
        return NOTHING
    return f"{value:%H:%M}" if isinstance(value, dt.time) else f"{_moment(value):%H:%M}"


@register.filter
def workdays(count):
    """7 → 7 个工作日"""
    return NOTHING if count is None else f"{count} 个工作日"


@register.filter
def file_size(octets):
    """1843200 → 1.8 MB"""
    if octets is None:
        return NOTHING
    size, unit = Decimal(octets) / 1024, "KB"
    if size >= 1000:
        size, unit = size / 1024, "MB"
    return f"{num(size.quantize(Decimal('0.1'), ROUND_HALF_UP))} {unit}"


@register.filter
def dash(value):
    """Nothing is an em dash; 0 stays 0."""
    return NOTHING if value in (None, "") else value
