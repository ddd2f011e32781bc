"""The shape of what people enter about acceptance."""

from django import forms

from evaluations.forms.dealings import day
from evaluations.queries import acceptance as queries
from evaluations.rules import acceptance as rules


class RequestForm(forms.Form):
    """The agency's statement; after a failed round one more answer for each item that was found wanting."""

    statement = forms.CharField(
        label="乙方说明",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="工作完成情况；还没完成的，写明原因和补齐办法",
    )

    def __init__(self, *args, wanting=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.wanting = wanting
        for row in wanting:
            self.fields[f"rework-{row.code}"] = forms.CharField(
                label=f"{row.code} {row.title}　怎样修改",
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def rework_rows(self):
        """(what was wanting, the field that answers it)"""
        return [(row, self[f"rework-{row.code}"]) for row in self.wanting]

    def entered(self):
        """What the action takes."""
        data = self.cleaned_data
        return {
            "statement": data["statement"],
            "rework": {row.code: data[f"rework-{row.code}"] for row in self.wanting},
        }


class ExpertChoice(forms.ModelChoiceField):
    def label_from_instance(self, member):
        return f"{member.account.name}（{member.organisation.short_name}）"


class ExpertsChoice(forms.ModelMultipleChoiceField):
    label_from_instance = ExpertChoice.label_from_instance


class ScheduleForm(forms.Form):
    held_on = day("评审日期")
    place = forms.CharField(label="地点", max_length=80, required=False)
    experts = ExpertsChoice(label="评审专家", queryset=None, widget=forms.CheckboxSelectMultiple)
    lead = ExpertChoice(label="组长", queryset=None, empty_label="请选择")

    def __init__(self, *args, contract, on, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["experts"].queryset = self.fields["lead"].queryset = queries.posted_experts(contract, on=on)


class SignForm(forms.Form):
    agrees = forms.TypedChoiceField(
        label="意见",
        choices=[("1", "同意通过"), ("0", "不同意")],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    opinion = forms.CharField(
        label="说明",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="不同意的，或有不符合仍同意的，须写明",
    )

    def __init__(self, *args, items=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            self.fields[f"fits-{item.code}"] = forms.TypedChoiceField(
                label=f"{item.code} {item.title}",
                required=False,
                choices=[("1", "符合"), ("0", "不符合")],
                coerce=lambda value: value == "1",
                empty_value=None,
                widget=forms.RadioSelect,
            )
            self.fields[f"note-{item.code}"] = forms.CharField(
                label=f"{item.code} 说明",
                required=False,
                max_length=500,
                widget=forms.Textarea(attrs={"rows": 1}),
            )

    def controls(self):
        """{item code: (the verdict's field, the note's field)}"""
        return {item.code: (self[f"fits-{item.code}"], self[f"note-{item.code}"]) for item in self.items}

    def entered(self):
        """What the action takes."""
        data = self.cleaned_data
        verdicts = {
            item.code: {"fits": data[f"fits-{item.code}"], "note": data[f"note-{item.code}"]}
            for item in self.items
            if data[f"fits-{item.code}"] is not None
        }
        return {"agrees": data["agrees"], "opinion": data["opinion"], "verdicts": verdicts}


class ConcludeForm(forms.Form):
    result = forms.ChoiceField(
        label="结论", choices=[(rules.PASSED, "通过"), (rules.FAILED, "未通过")], widget=forms.RadioSelect
    )
    opinion = forms.CharField(
        label="评审意见",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="未通过须写明要修改什么",
    )
    rework_until = day("修改期限", required=False, help_text="未通过时填")


class PaperForm(forms.Form):
    title = forms.CharField(label="名称", max_length=80, required=False, help_text="如 评审会签到表、专家组意见")
    upload = forms.FileField(label="文件", help_text="PDF、docx 或照片，20 MB 以内")


class AppealForm(forms.Form):
    words = forms.CharField(label="申述意见", max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))


class ReplyForm(forms.Form):
    reply = forms.CharField(label="答复", max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
