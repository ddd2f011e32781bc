"""Scores of scales on one page: a few lines of name, score, full marks and direction."""

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string

from caseload.rules import outcomes

PARTS = ("name", "score", "full", "direction")
SHOWN = 2


class ScalesWidget(forms.Widget):
    """Lines of a scale each; the value is a list of dicts, whatever was typed."""

    def value_from_datadict(self, data, files, name):
        sent = [{part: data.get(f"{name}-{no}-{part}", "") for part in PARTS} for no in range(outcomes.MOST_SCALES)]
        return [row for row in sent if row["name"].strip() or row["score"].strip()]

    def value_omitted_from_data(self, data, files, name):
        return f"{name}-0-name" not in data

    def render(self, name, value, attrs=None, renderer=None):
        rows = list(value or [])
        rows += [dict.fromkeys(PARTS, "")] * min(max(SHOWN - len(rows), 1), outcomes.MOST_SCALES - len(rows))
        lines = [{"no": no, "id": f"{(attrs or {}).get('id', name)}-{no}", **row} for no, row in enumerate(rows)]
        context = {"name": name, "lines": lines, "attrs": attrs or {}, "known": outcomes.KNOWN, "directions": outcomes.DIRECTIONS}  # fmt: skip
        return render_to_string("caseload/_scales_input.html", context)

    def id_for_label(self, id_):
        return f"{id_}-0-name"


class ScalesField(forms.Field):
    """`offered` are the names of scales that the page wrote itself: one of them without a score wasn't measured this time."""

    widget = ScalesWidget
    offered = frozenset()

    def clean(self, value):
        rows = outcomes.cleaned(value)
        faults = outcomes.faults(rows) + [
            f"{row['name']}没有写得分"
            for row in value or ()
            if row["name"].strip() not in {"", *self.offered} and not row["score"].strip()
        ]
        if faults:
            raise ValidationError(faults)
        return rows
