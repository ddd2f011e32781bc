"""Drawings for paper, as SVG with every colour and size on the element: WeasyPrint styles no inline SVG from outside.

Shades are told apart in black and white too.
"""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

SONG = "Noto Serif CJK SC, Source Han Serif SC, SimSun, serif"
FILLS = {"ok": "#1b6b44", "go": "#1f5a99", "warn": "#a86a08", "bad": "#b3261e"}
TRACK, LIGHT, INK, RULE = "#e3e7ec", "#c3ccd6", "#1b2430", "#d5dae0"
SERIES = ("#1f5a99", "#a9c4e0", "#dfe8f2")
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 628, 220, 46, 26, 24


def _fixed(number):
    """Two decimals, always the same text for the same number."""
    return str(Decimal(str(number)).quantize(Decimal("0.01"), ROUND_HALF_UP))


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


def degree(percent, *, label):
    """How far a goal was attained, 0 to 100: a framed bar with quarters; None is a dashed frame. `label` says it in words."""
    frame = format_html(
        '<rect x="0.5" y="0.5" width="119" height="11" fill="#fff" stroke="{}"{}/>',
        INK,
        mark_safe(' stroke-dasharray="3 2"') if percent is None else "",
    )
    parts = [frame]
    if percent is not None:
        parts.append(_block(0.5, 0.5, Decimal(119) * percent / 100, 11, FILLS["go"]))
        parts += [
            format_html('<line x1="{0}" x2="{0}" y1="0.5" y2="11.5" stroke="{1}" stroke-width="0.7"/>', _fixed(Decimal("0.5") + Decimal("29.75") * quarter), "#fff" if percent > 25 * quarter else INK)
            for quarter in (1, 2, 3)
        ]  # fmt: skip
    return format_html(
        '<svg width="120" height="12" viewBox="0 0 120 12" role="img" aria-label="{}">{}</svg>', label, _joined(parts)
    )


def before_after(full, scores, *, label, font=SONG):
    """Scores of one scale on its line from 0 to full marks: the first is a ring, the last a dot, those between are ticks.

    The first score stands above the line, the last below, so that they never cover each other. `label` says it in words.
    """
    wide, left, right, y = 250, 16, 218, 23

    def x(score):
        return left + (right - left) * Decimal(score) / Decimal(full)

    def line(start, end, top, bottom, colour, width):
        form = '<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="{}" stroke-width="{}"/>'
        return format_html(form, _fixed(start), _fixed(end), top, bottom, colour, width)

    def dot(place, colour):
        form = '<circle cx="{}" cy="{}" r="4.5" fill="{}" stroke="{}" stroke-width="1.6"/>'
        return format_html(form, _fixed(place), y, colour, INK)

    parts = [line(left, right, y, y, INK, "1"), line(left, left, y - 4, y + 4, INK, "1"), line(right, right, y - 4, y + 4, INK, "1")]  # fmt: skip
    parts += [_words(left - 5, y + 3, "0", anchor="end", font=font), _words(right + 5, y + 3, f"{Decimal(full):f}", font=font)]  # fmt: skip
    first, last = x(scores[0]), x(scores[-1])
    if len(scores) > 1:
        parts.append(line(first, last, y, y, FILLS["go"], "3"))
        parts += [line(x(one), x(one), y - 5, y + 5, INK, "1.5") for one in scores[1:-1]]
        parts += [dot(last, INK), _words(last, y + 17, f"后 {Decimal(scores[-1]):f}", anchor="middle", font=font)]
    parts += [dot(first, "#fff"), _words(first, y - 9, f"前 {Decimal(scores[0]):f}", anchor="middle", font=font)]
    drawn = '<svg width="{0}" height="44" viewBox="0 0 {0} 44" role="img" aria-label="{1}">{2}</svg>'
    return format_html(drawn, wide, label, _joined(parts))


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
    end, tall, step = scale_end(max([*sums, 1])), HEIGHT - TOP - BOTTOM, (WIDTH - LEFT) / max(len(names), 1)
    width = min(step * 0.55, 34)
    parts = [_grid(end, tall), _legend([label for label, _ in series], unit)]
    for position, name in enumerate(names):
        middle, base = LEFT + step * (position + 0.5), TOP + tall
        for colour, (_, numbers) in zip(SERIES, series, strict=False):
            height = numbers[position] * tall / end
            base -= height
            parts.append(_block(middle - width / 2, base, width, height, colour))
        parts.append(_words(middle, base - 4, sums[position], anchor="middle"))
        parts.append(_words(middle, HEIGHT - 6, name, anchor="middle"))
    return format_html('<svg width="{0}" height="{1}" viewBox="0 0 {0} {1}">{2}</svg>', WIDTH, HEIGHT, _joined(parts))


def _joined(parts):
    return format_html_join("", "{}", ((part,) for part in parts))


def _block(x, y, width, height, colour):
    numbers = map(_fixed, (x, y, width, height))
    return format_html('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>', *numbers, colour)


def _grid(end, tall):
    parts = []
    for fifth in range(6):
        y = TOP + tall - tall * fifth / 5
        line = '<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="{}" stroke-width="0.6"/>'
        parts.append(format_html(line, LEFT, WIDTH, _fixed(y), _fixed(y), RULE if fifth else INK))
        parts.append(_words(LEFT - 6, y + 3, end * fifth // 5, anchor="end"))
    return _joined(parts)


def _legend(labels, unit):
    parts, right = [_words(LEFT - 6, 10, unit, anchor="end")], WIDTH
    for colour, label in reversed(list(zip(SERIES, labels, strict=False))):
        right -= 10 * len(label)
        parts += [_words(right, 10, label), _block(right - 13, 2, 9, 9, colour)]
        right -= 26
    return _joined(parts)


def _words(x, y, text, anchor="start", font=SONG):
    return format_html(
        '<text x="{}" y="{}" font-size="9.5" font-family="{}" fill="#333" text-anchor="{}">{}</text>',
        _fixed(x), _fixed(y), font, anchor, text,
    )  # fmt: skip
