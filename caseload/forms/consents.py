"""Forms of consents."""

from django import forms

from caseload.forms.fields import PersonField, day_field
from caseload.models import Consent


class ConsentForm(forms.Form):
    kind = forms.ChoiceField(label="事项", choices=Consent.Kind.choices)
    person = PersonField(label="属于", queryset=None, required=False, empty_label="整户")
    giver = forms.ChoiceField(label="由谁同意", choices=Consent.Giver.choices, widget=forms.RadioSelect, initial="self")
    giver_name = forms.CharField(
        label="同意人姓名", max_length=30, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    given_on = day_field("同意日期")
    file = forms.FileField(label="签字件", required=False, help_text="照片、PDF 或 docx，20 MB 以内")

    def __init__(self, *args, household, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = household.people.all()
