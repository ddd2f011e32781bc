"""Shapes of input for incidents, clocks and register entries."""

from django import forms

from services.forms.asking import AskingForm, day_field, moment_field


class IncidentForm(AskingForm):
    """An accident, a complaint or a hazard, as it was reported."""

    title = forms.CharField(label="事由", max_length=80)
    happened_at = moment_field("发生时间")
    household = forms.CharField(
        label="涉及人员", max_length=40, required=False, help_text="台账里的户编号，选填。不写姓名"
    )
    narrative = forms.CharField(
        label="经过",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="加密保存，只有合同双方可看",
    )

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_area(contract)
        self.add_papers()


class DismissForm(forms.Form):
    """Why an incident did not happen as reported."""

    reason = forms.CharField(
        label="理由",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "写明为什么不属实"},
    )


class CloseForm(forms.Form):
    """What was done about an incident, and on which day it was done."""

    closed_on = day_field("办结日期")
    outcome = forms.CharField(
        label="处理结果",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "写明怎样处理的"},
    )


class IncidentFilter(forms.Form):
    """What the list of incidents is narrowed by."""

    kind = forms.ChoiceField(label="类型", required=False)
    state = forms.ChoiceField(label="状态", required=False)

    def __init__(self, data, *, kinds, states):
        super().__init__(data)
        self.fields["kind"].choices = [("", "全部类型"), *kinds]
        self.fields["state"].choices = [("", "全部状态"), *states]

    def chosen(self):
        """The valid choices."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class ClockForm(AskingForm):
    """A clock of one kind: started now or before, perhaps stopped already."""

    started_at = moment_field("开始")
    stopped_at = moment_field("完成", required=False, help_text="还没有完成就不填")
    subject = forms.CharField(label="对象", max_length=40, required=False, help_text="户编号或个案号，选填")
    note = forms.CharField(label="备注", max_length=200, required=False, help_text="如受助人员编号。不写姓名")

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_area(contract)
        self.add_papers(photo=False)

    def clean(self):
        """An end before the start is told at the end."""
        data = super().clean()
        if data.get("started_at") and data.get("stopped_at") and data["stopped_at"] < data["started_at"]:
            self.add_error("stopped_at", "完成时间不得早于开始时间")
        return data


class StopForm(AskingForm):
    """A running clock is stopped: when, in time or not where a person judges, with its papers."""

    stopped_at = moment_field("完成时间")

    def __init__(self, *args, is_judged=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_papers(photo=False)
        if is_judged:
            self.fields["on_time"] = forms.ChoiceField(
                label="是否按时", choices=[("1", "按时"), ("0", "未按时")], widget=forms.RadioSelect
            )


class VoidForm(forms.Form):
    """Why a clock counts no more."""

    reason = forms.CharField(
        label="作废原因",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "写明为什么作废"},
    )


class EntryForm(AskingForm):
    """Something or somebody is put on a register under its name or number."""

    label = forms.CharField(
        label="名称或编号", max_length=80, required=False, help_text="点位、单位、队伍写名称；个人写编号，不写姓名"
    )
    household = forms.CharField(
        label="或台账中的户", max_length=40, required=False, help_text="户编号。对象在台账里时填这一项"
    )
    from_day = day_field("起始日期")

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_area(contract)
        _add_checks(self)

    def clean(self):
        """One of the two names the subject."""
        data = super().clean()
        if bool(data.get("label")) == bool(data.get("household")):
            self.add_error("label", "填名称或编号，或填户编号，只填一项")
        return data


class EntryFactsForm(AskingForm):
    """What is counted of an entry."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _add_checks(self)


class LeaveForm(forms.Form):
    """The last day of an entry."""

    to_day = day_field("最后一天")


def _add_checks(form):
    """Papers of an entry are kept on paper: which of them are there."""
    if form.wanted and form.wanted.papers:
        form.fields["papers"] = forms.MultipleChoiceField(
            label="已有材料", choices=form.wanted.papers, required=False, widget=forms.CheckboxSelectMultiple
        )
