"""The shape of what people enter about inquiries."""

from django import forms

from evaluations.forms.dealings import upload, words
from evaluations.models import Inquiry
from tenancy.clock import SHANGHAI


class AskForm(forms.Form):
    kind = forms.ChoiceField(label="类别", choices=Inquiry.Kind.choices, widget=forms.RadioSelect, initial="question")
    title = forms.CharField(label="事项", max_length=80)
    words = words("内容", 5)
    place = forms.CharField(label="指定现场", max_length=80, required=False, help_text="现场问题通知须填")

    def __init__(self, *args, may_notice, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_notice:
            del self.fields["place"]
            self.fields["kind"].choices = Inquiry.Kind.choices[:1]
            self.fields["kind"].widget = forms.HiddenInput()

    def clean(self):
        self.cleaned_data.setdefault("place", "")
        return self.cleaned_data


class AnswerForm(forms.Form):
    words = words("答复", 5)
    upload = upload("附件", required=False)


class WordsForm(forms.Form):
    words = words("内容", 3)


class CloseForm(forms.Form):
    words = words("办结意见", 3, required=False)


class ArriveForm(forms.Form):
    arrived_at = forms.DateTimeField(
        label="到场时间",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )

    def clean_arrived_at(self):
        moment = self.cleaned_data["arrived_at"]
        return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
