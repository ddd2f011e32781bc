"""The forms that draw a round's sample and mark what is wrong with one file of it."""

from django import forms

from evaluations.rules.sampling import MOST


class DrawForm(forms.Form):
    count = forms.IntegerField(label="抽取份数", min_value=1, max_value=MOST, initial=8)
    seed = forms.CharField(
        label="抽样种子", max_length=40, required=False, help_text="现场摇出的数字可填在这里；不填由系统随机产生"
    )
    reason = forms.CharField(label="重抽原因", max_length=200)

    def __init__(self, *args, is_redraw, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_redraw:
            del self.fields["reason"]


class MarkForm(forms.Form):
    note = forms.CharField(
        label="问题",
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="没有问题时留空",
    )
