"""Shapes of input for questionnaires of any kind, and for the kind of a case or a group."""

from django import forms

from services.forms.asking import AskingForm, day_field


class QuestionnaireForm(AskingForm):
    """One questionnaire: satisfied or not, a score, or both, as the contract counts it."""

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        own = self.wanted.own
        if "satisfied" in own or "score" not in own:
            self.fields["satisfied"] = forms.TypedChoiceField(
                label="是否满意",
                choices=[("1", "满意"), ("0", "不满意")],
                coerce=lambda value: value == "1",
                empty_value=None,
                widget=forms.RadioSelect,
            )
        if "score" in own:
            self.fields["score"] = forms.DecimalField(
                label="评分", min_value=0, max_value=100, max_digits=5, decimal_places=2
            )
        self.fields["day"] = day_field("填写日期")
        self.add_area(contract)
        if self.wanted.papers:
            self.fields["papers"] = forms.MultipleChoiceField(
                label="随附材料", choices=self.wanted.papers, required=False, widget=forms.CheckboxSelectMultiple
            )
        self.order_fields(["satisfied", "score", "day"])

    def values(self):
        """What the action takes, from a valid form."""
        known = self.cleaned_data
        asked = {name: known.get(name) for name in ("satisfied", "score", "area")}
        return {"day": known["day"], "facts": self.facts, "papers": known.get("papers", ()), **asked}


class KindForm(forms.Form):
    """Which kind a case or a group is, of those that the contract counts."""

    kind = forms.ChoiceField(label="类型", widget=forms.RadioSelect)

    def __init__(self, *args, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(kinds)
