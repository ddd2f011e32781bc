"""What people enter to sign in, by hand or by code."""

from django import forms

from caseload.forms.fields import CommunityField, NameForm, communities_of


class GuestForm(NameForm):
    """One line of a sign-in sheet."""

    area = CommunityField(label="社区（村）", queryset=None, required=False, empty_label="不填")

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = communities_of(contract)

    def values(self):
        """What the actions take."""
        known = self.cleaned_data
        area = known["area"]
        return {"name": known["name"], "phone": known["phone"], "place": area.name if area else ""}


class ScannedForm(GuestForm):
    """The same, on the phone of whoever came: their own name and number may be filled by their browser."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["phone"].widget.attrs["autocomplete"] = "tel-national"


class FeedbackForm(forms.Form):
    """How it was: five is the best."""

    score = forms.TypedChoiceField(
        label="对这次活动是否满意",
        coerce=int,
        choices=[(5, "很满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意")],
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label="想说的话", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
