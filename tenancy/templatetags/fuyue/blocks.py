"""Components with a slot: {% card "标题" %}…{% endcard %} and its like. What has no slot is a plain include in templates/components/."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from tenancy.templatetags.fuyue.figures import clock
from tenancy.templatetags.fuyue.library import register
from tenancy.templatetags.fuyue.marks import _svg, avatar

NOTE_ICONS = {"bad": "circle-x", "warn": "alert-triangle", "go": "tool", "ok": "circle-check", "": "info-circle"}
EMPTY_ICONS = {"none": "calendar-event", "done": "circle-check", "filtered": "search"}


def _attribute(name, value):
    return format_html(' {}="{}"', name, value) if value else ""


@register.simple_block_tag
def card(content, title="", sub="", pad=True, id="", classes="", level=2):
    """A card; `pad=False` for tables and lists, which bring their own padding. A head with acts: {% cardhead %} inside."""
    head = cardhead("", title, sub, level=level) if title else ""
    body = format_html('<div class="cb">{}</div>', content) if pad else content
    return format_html(
        '<section class="{}"{}>{}{}</section>', f"card {classes}".strip(), _attribute("id", id), head, body
    )


@register.simple_block_tag
def cardhead(content, title, sub="", level=2):
    """The head of a card; the slot is its right side."""
    told = format_html('<span class="dim sm">{}</span>', sub) if sub else ""
    more = format_html('<div class="more">{}</div>', content) if str(content).strip() else ""
    return format_html('<div class="ch"><h{0}>{1}</h{0}>{2}{3}</div>', level, title, told, more)


@register.simple_block_tag
def cardfoot(content):
    return format_html('<div class="cf">{}</div>', content)


@register.simple_block_tag
def note(content, kind="", icon="", role=""):
    """A box with an icon; kind bad, warn, go, ok or none. Say what, how much, who can mend it."""
    return format_html(
        '<div class="fy-note{}"{}>{}<div>{}</div></div>',
        f" is-{kind}" if kind else "",
        _attribute("role", role),
        _svg(icon or NOTE_ICONS[kind], ""),
        content,
    )


@register.simple_block_tag
def empty(content, title, text="", kind="none", icon=""):
    """Nothing yet (`none`: say the target and the first act), all done (`done`), nothing found (`filtered`: offer to clear)."""
    told = format_html("<div>{}</div>", text) if text else ""
    return format_html(
        '<div class="empty">{}<b>{}</b>{}{}</div>', _svg(icon or EMPTY_ICONS[kind], ""), title, told, content
    )


@register.simple_block_tag
def clause(content, cite):
    """The contract's own sentence, unchanged, with its article."""
    return format_html('<blockquote class="fy-clause">{}<cite>{}</cite></blockquote>', content, cite)


@register.simple_block_tag
def holder(content, what, name, role="", elapsed=0, limit=0, told="", due=None):
    """Whose hand it is in: {% holder "尾款申请" "周砚秋（你）" role="经办人" elapsed=2 limit=3 %}the one act{% endholder %}."""
    return format_html(
        '<div class="fy-hold">{}<span class="who"><b>{}</b>　现在在：{}，{}</span>{}<span class="push">{}</span></div>',
        avatar(name),
        what,
        f"{role} {name}".strip(),
        clock(elapsed, limit, due=due),
        format_html('<span class="dim">{}</span>', told) if told else "",
        content,
    )


@register.simple_block_tag
def dialog(content, id, title, open=False):
    """A native dialog; any button with data-dialog="id" opens it, data-close closes it; `open=True` when it came back with
    errors. Put the acts in {% cardfoot %}."""
    return format_html(
        '<dialog class="dlg" id="{0}" aria-labelledby="{0}-title"{4}><div class="ch"><h2 id="{0}-title">{1}</h2><button type="button" data-close aria-label="关闭">{2}</button></div>{3}</dialog>',
        id,
        title,
        _svg("x", ""),
        content,
        mark_safe(" data-open") if open else "",
    )


@register.simple_block_tag
def tabs(content, label):
    """{% tabs "合同内容" %}{% tab "指标" url on=True count=17 %}…{% endtabs %}: links that look like tabs."""
    return format_html('<nav class="fy-tabs" aria-label="{}">{}</nav>', label, content)


@register.simple_tag
def tab(label, url, on=False, count=None):
    told = (
        format_html('<span class="k">{}</span>', f"{count:,}" if isinstance(count, int) else count)
        if count not in (None, "")
        else ""
    )
    return format_html(
        '<a href="{}"{}>{}{}</a>', url, mark_safe(' class="on" aria-current="page"') if on else "", label, told
    )


@register.simple_block_tag
def kv(content):
    """A list of label and value: {% kv %}{% pair "户号" household.code %}{% endkv %}."""
    return format_html('<dl class="kv">{}</dl>', content)


@register.simple_tag
def pair(label, value):
    return format_html("<dt>{}</dt><dd>{}</dd>", label, "—" if value in (None, "") else value)


@register.simple_block_tag
def facts(content):
    """Five to seven facts that never change place: {% facts %}{% fact "甲方" name %}…{% endfacts %}."""
    return format_html('<dl class="fy-facts">{}</dl>', content)


@register.simple_tag
def fact(label, value, classes=""):
    return format_html(
        "<div><dt>{}</dt><dd{}>{}</dd></div>",
        label,
        _attribute("class", classes),
        "—" if value in (None, "") else value,
    )


@register.simple_tag
def skeleton(rows=5):
    """Grey lines for what is still loading; they appear after 0.4 seconds."""
    widths = ("w3", "w8", "w5", "w8")
    lines = format_html_join("", '<span class="sk {}"></span>', ((widths[at % 4],) for at in range(rows)))
    return format_html('<div class="sk-late" aria-busy="true"><span class="hide">正在加载</span>{}</div>', lines)
