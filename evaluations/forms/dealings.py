"""Fields that the forms of evaluations share."""

from django import forms

from tenancy.problems import Refused


def day(label, **known):
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **known)


def words(label, rows=4, **known):
    return forms.CharField(label=label, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}), **known)


def upload(label="材料", **known):
    return forms.FileField(label=label, help_text="PDF、docx 或照片，20 MB 以内", **known)


class PaperForm(forms.Form):
    title = forms.CharField(label="名称", max_length=80, required=False)
    upload = upload("文件")


class ReasonForm(forms.Form):
    reason = words("理由", 3)


def carried_out(form, act):
    """Whether the form is sound and act(its data) was not refused; what was refused stands above the form."""
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except Refused as refusal:
        for problem in refusal.problems or [refusal.message]:
            form.add_error(None, problem)
        return False
    return True
