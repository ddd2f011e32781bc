"""Drawings for paper, as SVG with every colour and size on the element: WeasyPrint styles no inline SVG from outside.

Shades are told apart in black and white too.
"""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.html import format_html, format_html_join

SONG = "Noto Serif CJK SC, Source Han Serif SC, SimSun, serif"
FILLS = {"ok": "#1b6b44", "go": "#1f5a99", "warn": "#a86a08", "bad": "#b3261e"}
TRACK, LIGHT, INK, RULE = "#e3e7ec", "#c3ccd6", "#1b2430", "#d5dae0"
SERIES = ("#1f5a99", "#a9c4e0", "#dfe8f2")
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 628, 220, 46, 26, 24


def _fixed(number):
    return str(Decimal(number).quantize(Decimal("0.01"), ROUND_HALF_UP))


def bar(value, target, *, expected=None, forecast=None, kind="go"):
    """A bar of 92 × 7: value dark, forecast light, a tick for what is expected by now. Nothing without a target."""
    if value is None or not target or target <= 0:
        return ""

    def share(number):
        return _fixed(max(Decimal(0), min(Decimal(100), Decimal(number) * 100 / Decimal(target))))

    light = (
        format_html('<rect width="{}" height="7" fill="{}"/>', share(forecast), LIGHT) if forecast is not None else ""
    )
    tick = ""
    if expected is not None:
        tick = format_html(
            '<line x1="{0}" x2="{0}" y1="-1.5" y2="8.5" stroke="{1}" stroke-width="1.2"/>', share(expected), INK
        )
    return format_html(
        '<svg width="92" height="10" viewBox="0 -1.5 100 10" preserveAspectRatio="none"><rect width="100" height="7" fill="{}"/>{}<rect width="{}" height="7" fill="{}"/>{}</svg>',
        TRACK,
        light,
        share(value),
        FILLS.get(kind, FILLS["go"]),
        tick,
    )


def scale_end(highest):
    """A round number at or above the highest value, that five steps divide evenly."""
    step = Decimal(1)
    while step * 5 < highest:
        for factor in (2, 5, 10):
            if step * factor * 5 >= highest:
                return int(step * factor * 5)
        step *= 10
    return int(step * 5)


def columns(names, series, *, unit):
    """Stacked columns: `names` under the axis, `series` a list of (label, [whole numbers]); the sum stands above each."""
    sums = [sum(column) for column in zip(*(numbers for _, numbers in series), strict=True)]
    end = scale_end(max([*sums, 1]))
    plain, step = HEIGHT - TOP - BOTTOM, (WIDTH - LEFT) / max(len(names), 1)

    def height(number):
        return number * plain / end

    parts = [_grid(end, plain), _legend([label for label, _ in series], unit)]
    for position, name in enumerate(names):
        middle, base, width = LEFT + step * (position + 0.5), TOP + plain, min(step * 0.55, 34)
        for colour, (_, numbers) in zip(SERIES, series, strict=False):
            tall = height(numbers[position])
            base -= tall
            parts.append(
                format_html(
                    '<rect x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}" fill="{}"/>',
                    middle - width / 2,
                    base,
                    width,
                    tall,
                    colour,
                )
            )
        parts.append(_words(middle, base - 4, sums[position] or 0, anchor="middle"))
        parts.append(_words(middle, HEIGHT - 6, name, anchor="middle"))
    drawn = format_html_join("", "{}", ((part,) for part in parts))
    return format_html('<svg width="{0}" height="{1}" viewBox="0 0 {0} {1}">{2}</svg>', WIDTH, HEIGHT, drawn)


def _grid(end, plain):
    lines = [
        format_html(
            '<line x1="{}" x2="{}" y1="{:.2f}" y2="{:.2f}" stroke="{}" stroke-width="0.6"/>{}',
            LEFT,
            WIDTH,
            y,
            y,
            INK if not number else RULE,
            _words(LEFT - 6, y + 3, number, anchor="end"),
        )
        for number, y in ((end * fifth // 5, TOP + plain - plain * fifth / 5) for fifth in range(6))
    ]
    return format_html_join("", "{}", ((line,) for line in lines))


def _legend(labels, unit):
    parts, right = [_words(LEFT - 6, 10, unit, anchor="end")], WIDTH
    for colour, label in reversed(list(zip(SERIES, labels, strict=False))):
        right -= 10 * len(label)
        parts.append(_words(right, 10, label))
        parts.append(format_html('<rect x="{}" y="2" width="9" height="9" fill="{}"/>', right - 13, colour))
        right -= 26
    return format_html_join("", "{}", ((part,) for part in parts))


def _words(x, y, text, anchor="start"):
    return format_html(
        '<text x="{:.2f}" y="{:.2f}" font-size="9.5" font-family="{}" fill="#333" text-anchor="{}">{}</text>',
        x,
        y,
        SONG,
        anchor,
        text,
    )
