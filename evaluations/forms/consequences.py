"""The shape of a decision on what follows from a result."""

from django import forms

from evaluations.forms.dealings import day
from evaluations.rules import consequences as rules


def words_field(label, rows=3, **known):
    return forms.CharField(label=label, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}), **known)


class DecisionForm(forms.Form):
    """Adopt or decline, with a reason; a rectification is ordered with it, an extension may take the delivery deadline along."""

    adopts = forms.TypedChoiceField(
        label="是否采取",
        choices=[("1", "采取"), ("0", "不采取")],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    issue = words_field("问题", required=False)
    demand = words_field("整改要求", required=False, help_text="写进整改通知")
    due_on = day("整改期限", required=False)
    moves_deadline = forms.BooleanField(label="完成时限一并顺延", required=False)
    reason = words_field("理由", help_text="采取或不采取都要写明")

    def __init__(self, *args, consequence, **kwargs):
        super().__init__(*args, **kwargs)
        if consequence.effect != rules.RECTIFY:
            for name in ("issue", "demand", "due_on"):
                del self.fields[name]
        elif consequence.round_id:
            self.fields["issue"].initial = consequence.round.opinion
        if consequence.effect != rules.EXTEND or consequence.contract.delivery_deadline is None:
            del self.fields["moves_deadline"]


class ReasonForm(forms.Form):
    reason = words_field("理由")
