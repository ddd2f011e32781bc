"""Small marks: icons, status badges, evidence chips, breadcrumbs, names."""

import json
from functools import cache

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from tenancy.templatetags.fuyue import statuses
from tenancy.templatetags.fuyue.library import register


@cache
def _drawings():
    return json.loads((settings.BASE_DIR / "static/vendor/tabler-icons/icons.json").read_text("utf-8"))


@cache
def _svg(name, classes):
    drawing = mark_safe(_drawings()[name])  # noqa: S308  (the vendored file's, by a name that templates and statuses.py give)
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', f"fy-i {classes}".strip(), drawing
    )


@register.simple_tag
def icon(name, classes=""):
    """{% icon "check" %} draws a Tabler outline icon; it is hidden from screen readers, so a word must stand beside it."""
    return _svg(name, classes)


@cache
def _badge(kind, drawing, word, bare):
    return format_html(
        '<span class="fy-st is-{}{}">{}<span>{}</span></span>', kind, " bare" if bare else "", _svg(drawing, ""), word
    )


@register.simple_tag
def status(code, word="", of="", bare=False):
    """{% status "met" %}, {% status case.state of="case" %}, {% status "behind" "差 2 场" %}, {% status "达标" %}."""
    found = statuses.find(code, of)
    return _badge(found.kind, found.icon, str(word) or found.word, bool(bare))


@register.simple_tag
def paper_status(code, word="", of=""):
    """The same on paper: a mark (● ○ △ ▼) instead of an icon, so that a copy in black and white reads."""
    found = statuses.find(code, of)
    return format_html('<span class="tag-p is-{}">{} {}</span>', found.kind, found.mark, str(word) or found.word)


@register.simple_tag
def evidence(papers):
    """{% evidence record.papers %}: (name, present) pairs as chips with ✓ or ✗."""
    chips = (
        (
            "" if there else "no",
            _svg("check" if there else "x", ""),
            name,
            "" if there else mark_safe('<span class="hide">（缺）</span>'),
        )
        for name, there in papers
    )
    return format_html('<span class="ev">{}</span>', format_html_join("", '<span class="{}">{}{}{}</span>', chips))


@register.simple_tag
def crumbs(*pairs):
    """{% crumbs "合同" list_url "04包" contract_url "指标" %}: labels with their addresses; the last label has none."""
    labels, addresses = pairs[0::2], pairs[1::2]
    rows = []
    for at, label in enumerate(labels):
        if at < len(addresses):
            rows.append((format_html('<a href="{}">{}</a>', addresses[at], label), _svg("chevron-right", "")))
        else:
            rows.append((format_html('<span aria-current="page">{}</span>', label), ""))
    return format_html(
        '<nav class="fy-crumb" aria-label="位置"><ol>{}</ol></nav>', format_html_join("", "<li>{}{}</li>", rows)
    )


@register.simple_tag
def avatar(name):
    """The first character of a name or office, in a disc."""
    return format_html('<span class="fy-av" aria-hidden="true">{}</span>', str(name)[:1])
