"""The shape of what is said of two records that look like one."""

from django import forms

from services.models import ClearedDuplicate


class ClearDuplicateForm(forms.Form):
    """Why two records are two."""

    sign = forms.ChoiceField(choices=ClearedDuplicate.Sign.choices, widget=forms.HiddenInput)
    first = forms.UUIDField(widget=forms.HiddenInput)
    second = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="为什么不是重复",
        max_length=400,
        widget=forms.TextInput(attrs={"class": "inp"}),
        error_messages={"required": "写明理由，如“两户合影，同一张照片各附一份”"},
    )
