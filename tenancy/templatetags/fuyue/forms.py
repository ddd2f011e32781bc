"""Form fields: label above, hint below, error with icon; radios as a segment, several choices as chips."""

from django import forms
from django.utils.html import format_html, format_html_join

from tenancy.templatetags.fuyue.library import register
from tenancy.templatetags.fuyue.marks import _svg

SEGMENT_AT_MOST = 5
# Letters of all choices together that stand side by side on a phone.
SEGMENT_LETTERS = 24


def _kind(widget, wanted):
    if wanted:
        return wanted
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "chips"
    if isinstance(widget, forms.RadioSelect):
        words = [str(word) for _code, word in widget.choices]
        is_short = len(words) <= SEGMENT_AT_MOST and sum(map(len, words)) <= SEGMENT_LETTERS
        return "seg" if is_short else "list"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    return "file" if isinstance(widget, forms.FileInput) else "input"


def _described_by(bound, hint):
    ids = ([f"{bound.auto_id}_hint"] if hint else []) + ([f"{bound.auto_id}_error"] if bound.errors else [])
    return {"aria-describedby": " ".join(ids)} if ids else {}


def _attributes(bound, kind, hint, icon, extra):
    attributes = _described_by(bound, hint) | {name.replace("_", "-"): value for name, value in extra.items()}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    if kind == "input":
        attributes["class"] = f"inp {bound.field.widget.attrs.get('class', '')}".strip()
    return attributes


@register.inclusion_tag("components/field.html")
def field(bound, kind="", hint="", icon="", label="", optional="选填", **attributes):
    """{% field form.place %}; `kind` seg, chips or list overrides the look of choices, other words become attributes (data_x → data-x)."""
    kind = _kind(bound.field.widget, kind)
    hint = hint or bound.help_text
    control = (
        bound.as_widget(attrs=_attributes(bound, kind, hint, icon, attributes))
        if kind in ("input", "check", "file")
        else ""
    )
    return {
        "bound": bound,
        "kind": kind,
        "grouped": kind in ("seg", "chips", "list"),
        "hint": hint,
        "icon": icon,
        "label": label or bound.label,
        "control": control,
        "options": list(bound.subwidgets) if not control else [],
        "described_by": _described_by(bound, hint).get("aria-describedby", ""),
        "optional": "" if bound.field.required else optional,
    }


@register.simple_tag
def errors(form):
    """A summary above the form with a link to each field that is wrong; empty while nothing is. Focus moves to it (js/forms.js)."""
    if not form.errors:
        return ""
    general = [(message,) for message in form.non_field_errors()]
    links = [(bound.id_for_label or bound.auto_id, bound.label, message) for bound in form for message in bound.errors]
    told = f"有 {len(links)} 处要改，其余都还在" if links else "没有办成，填写的内容都还在"
    return format_html(
        '<div class="fy-note is-bad fy-errors" role="alert" tabindex="-1" data-errors>{}<div><b>{}</b>{}<ul>{}</ul></div></div>',
        _svg("alert-circle", ""),
        told,
        format_html_join("", "<div>{}</div>", general),
        format_html_join("", '<li><a href="#{}">{}</a>：{}</li>', links),
    )
