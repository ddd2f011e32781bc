"""Drawn figures: pace bar, working-day clock, milestone chain. Widths are SVG attributes, since the CSP bars style=."""

from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from tenancy.templatetags.fuyue import statuses
from tenancy.templatetags.fuyue.formats import NOTHING, money, num, percent
from tenancy.templatetags.fuyue.library import register

LONG_AGO = 120
MOST_BLOCKS = 15


def _number(value):
    return None if value in (None, "") else Decimal(str(value))


def _width(value, target):
    return f"{max(Decimal(0), min(Decimal(100), value * 100 / target)):.2f}"


@register.simple_tag
def bar(value, target, expected=None, forecast=None, state="go", label=""):
    """The bar alone: value dark, forecast light, what is expected by now as a black tick. No target, no bar."""
    value, target, expected, forecast = map(_number, (value, target, expected, forecast))
    if not target or value is None:
        return NOTHING
    light = (
        format_html('<rect class="f" width="{}" height="8"/>', _width(forecast, target))
        if forecast is not None and forecast > value
        else ""
    )
    tick = (
        format_html('<line class="p" x1="{0}" x2="{0}" y1="-2" y2="10"/>', _width(expected, target))
        if expected is not None
        else ""
    )
    told = f"{label}已完成 {num(value)}，目标 {num(target)}" + (
        f"，应达 {num(expected)}" if expected is not None else ""
    )
    return format_html(
        '<svg class="fy-pace is-{}" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{}"><rect class="t" width="100" height="8"/>{}<rect class="v" width="{}" height="8"/>{}</svg>',
        statuses.find(state).kind,
        told,
        light,
        _width(value, target),
        tick,
    )


@register.simple_tag
def pace(value, target, expected=None, forecast=None, state="go", label="", note=""):
    """{% pace 10 12 expected=11.3 forecast=11 state="behind" label="社区活动" %}: the bar, percent left, 应达 right (or `note`)."""
    drawn = bar(value, target, expected, forecast, state, label)
    if drawn == NOTHING:
        return mark_safe('<span class="faint">—</span>')
    right = note or (f"应达 {num(expected)}" if expected not in (None, "") else "")
    return format_html(
        '{}<div class="fy-pl"><span>{}</span><span>{}</span></div>',
        drawn,
        percent(_number(value) / _number(target)),
        right,
    )


def _clock_kind(elapsed, limit):
    if elapsed > limit:
        return "l"
    return "w" if elapsed * 3 >= limit * 2 else "x"


def _clock_words(elapsed, limit):
    if elapsed > limit:
        return f"超期 {elapsed - limit} 个工作日"
    if elapsed == limit:
        return "今日到期"
    return f"第 {elapsed} / {limit} 个工作日"


@register.simple_tag
def clock(elapsed, limit, text="", due=None, paused=False):
    """{% clock 2 3 %}: a block a working day, blue, amber in the last third, red beyond; the words say the same."""
    if not limit:
        return mark_safe('<span class="faint">不设时限</span>')
    elapsed = max(0, elapsed)
    kind = "p" if paused else _clock_kind(elapsed, limit)
    words = text or ("已暂停" if paused else _clock_words(elapsed, limit))
    if due:
        # A limit that has run for half a year may have ended in another one.
        words = f"{words}，{due:%Y-%m-%d} 到期" if elapsed > LONG_AGO else f"{words}，{due:%m-%d} 到期"
    blocks = max(limit, elapsed)
    shown, filled = (
        min(blocks, MOST_BLOCKS),
        min(elapsed * min(blocks, MOST_BLOCKS) // blocks if blocks > MOST_BLOCKS else elapsed, MOST_BLOCKS),
    )
    dots = format_html_join("", '<i class="{}"></i>', ((kind if at < filled else "",) for at in range(shown)))
    colour = {"l": " bad", "w": " warn" if elapsed == limit else ""}.get(kind, "")
    return format_html(
        '<span class="fy-clock{}"><span class="dots" aria-hidden="true">{}</span>{}</span>', colour, dots, words
    )


@register.inclusion_tag("components/chain.html")
def chain(links):
    """{% chain links %}: at most 7 dicts with title, state (done, now or ""), lines, and optionally bad, url, today, share (0 to 100)."""
    drawn = []
    for link in links:
        share = max(0, min(100, int(link.get("share", 0))))
        drawn.append(
            {"lines": (), "bad": "", "url": "", "today": "", **link, "share": share, "place": min(share // 25, 3)}
        )
    return {"links": drawn}


@register.simple_tag
def amount(value, classes=""):
    """{% amount row.difference %}: money that turns red when it is negative."""
    number = _number(value)
    return format_html(
        '<span class="{}">{}</span>',
        f"{classes} bad".strip() if number is not None and number < 0 else classes,
        money(value),
    )
