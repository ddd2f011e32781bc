"""Shapes of input for papers handed over, and for questionnaires."""

from datetime import date

from django import forms

from services.forms.asking import AskingForm
from services.forms.records import picker


class DeliverForm(AskingForm):
    """A paper of one kind handed to the purchaser, with the period, area, enclosures and facts that the contract asks for."""

    title = forms.CharField(label="名称", max_length=120)
    on = forms.DateField(label="提交日期", widget=forms.DateInput(format="%Y-%m-%d", attrs=picker("date")))
    file = forms.FileField(label="文件", required=False, help_text="PDF、docx、xlsx 或照片，20 MB 以内。纸质原件可不传")

    def __init__(self, *args, contract, periods=(), **kwargs):
        super().__init__(*args, **kwargs)
        if periods:
            self.fields["period"] = forms.ChoiceField(label="所属周期", choices=[("", "请选择"), *periods])
        if self.wanted.by_area:
            self.add_area(contract)
        if "area" in self.fields:
            self.fields["area"].required = True
        if self.wanted.papers:
            self.fields["papers"] = forms.MultipleChoiceField(
                label="随附材料", choices=self.wanted.papers, required=False, widget=forms.CheckboxSelectMultiple
            )
        self.order_fields(["period", "area", "title", "on"])

    def covered(self):
        """{"covers", "covers_from"} of the chosen period."""
        covers, _, first = self.cleaned_data.get("period", "").partition(":")
        return {"covers": covers, "covers_from": date.fromisoformat(first) if first else None}
