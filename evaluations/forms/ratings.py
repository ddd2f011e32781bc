"""The shape of a rating of the purchaser."""

from django import forms

from evaluations.models.ratings import STEPS
from evaluations.rules import ratings as rules

HINTS = {"paid": "条件满足以后，是否在约定期限内付款", "answered": "月报、成果、验收申请、陈述等是否按时答复"}


class RatingForm(forms.Form):
    """Three questions in five steps; open ones are allowed in a draft, the action asks for all of them on submission."""

    comment = forms.CharField(
        label="意见和建议", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, label in rules.QUESTIONS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=label,
                help_text=HINTS.get(name, ""),
                required=False,
                choices=STEPS,
                coerce=int,
                empty_value=None,
                widget=forms.RadioSelect,
            )
        self.order_fields([*rules.QUESTIONS, "comment"])

    def entered(self):
        """What the action takes."""
        data = self.cleaned_data
        return {"answers": {name: data[name] for name in rules.QUESTIONS}, "comment": data["comment"]}
