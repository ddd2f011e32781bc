"""The shape of what both sides enter about an order to put something right."""

from django import forms

from evaluations.forms.consequences import words_field
from evaluations.forms.dealings import day
from evaluations.rules import rectification as rules

FILES = "PDF、docx 或照片，每个 20 MB 以内"


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files of one input; each is checked when it is stored."""

    widget = ManyFilesInput

    def clean(self, data, initial=None):
        checked = [super(ManyFilesField, self).clean(one, initial) for one in data or []]
        return checked if checked or not self.required else super().clean(None, initial)


class OrderForm(forms.Form):
    issue = words_field("问题", 4)
    demand = words_field("整改要求", 4)
    due_on = day("整改期限")
    clause = forms.CharField(label="依据条款", max_length=120, required=False, help_text="如 二（一）4")
    clause_text = words_field("条款原文", 2, required=False)


class ReplyForm(forms.Form):
    reply = words_field("整改情况", 6)
    uploads = ManyFilesField(label="佐证材料", required=False, help_text=FILES)


class VerifyForm(forms.Form):
    verb = forms.ChoiceField(label="核验结果", choices=list(rules.RESULTS.items()), widget=forms.RadioSelect)
    verdict = words_field("核验意见", required=False, help_text="没有通过的须写明原因")
    due_on = day("新的期限", required=False, help_text="退回再整改时填写")

    def __init__(self, *args, order, **kwargs):
        super().__init__(*args, **kwargs)
        if order.state in rules.WITH_AGENCY:
            self.fields["verb"].choices = [("fail", rules.RESULTS["fail"])]
            self.fields["verb"].initial = "fail"
            del self.fields["due_on"]


class RemindForm(forms.Form):
    words = words_field("提醒内容", 4, help_text="整改哪里不到位")


class PaperForm(forms.Form):
    title = forms.CharField(label="名称", max_length=80, required=False)
    upload = forms.FileField(label="文件", help_text=FILES)
