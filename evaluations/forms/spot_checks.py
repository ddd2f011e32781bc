"""The shape of what people enter about spot checks."""

from django import forms

from evaluations.forms.dealings import day, words
from evaluations.models import SpotCheck, SpotCheckLine
from evaluations.rules import spot_checks as rules

RESULTS = SpotCheckLine.Result.choices


class OpenForm(forms.Form):
    held_on = day("抽查日期")
    team = forms.CharField(label="抽查人员", max_length=120, help_text="社工、督导或工作人员")
    about = forms.CharField(label="抽查内容", max_length=200, required=False)
    source = forms.ChoiceField(
        label="抽签范围", choices=SpotCheck.Source.choices, initial="records", widget=forms.RadioSelect
    )
    count = forms.IntegerField(
        label="抽取数量",
        min_value=0,
        max_value=rules.MOST,
        initial=10,
        help_text="按随机种子抽取，种子留存，可以重抽验证",
    )
    from_day = day("服务日期，起", required=False)
    to_day = day("止", required=False)
    seed = forms.CharField(
        label="随机种子", max_length=32, required=False, help_text="不填由系统产生；填以前的种子可重抽同一批"
    )


class LinesForm(forms.Form):
    """A result and a finding for each line; those without a result stay as they are."""

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[f"result_{line.no}"] = forms.ChoiceField(
                label=f"第 {line.no} 项结果",
                choices=RESULTS,
                required=False,
                widget=forms.RadioSelect,
                initial=line.result,
            )
            self.fields[f"finding_{line.no}"] = forms.CharField(
                label=f"第 {line.no} 项实际情况", required=False, max_length=1000, initial=line.finding,
                widget=forms.Textarea(attrs={"rows": 2, "placeholder": "不符须写明；写编号，不写姓名"}),
            )  # fmt: skip

    def rows(self):
        """[(line, its result field, its finding field)]"""
        return [(line, self[f"result_{line.no}"], self[f"finding_{line.no}"]) for line in self.lines]

    def noted(self):
        """{line's number: (result, finding)} of the lines that have a result."""
        data = self.cleaned_data
        return {
            line.no: (data[f"result_{line.no}"], data[f"finding_{line.no}"])
            for line in self.lines
            if data[f"result_{line.no}"]
        }


class LineForm(forms.Form):
    kind = forms.ChoiceField(
        label="类别", choices=[("place", "现场"), ("indicator", "指标")], widget=forms.RadioSelect, initial="place"
    )
    title = forms.CharField(label="地点", max_length=120, required=False, help_text="现场须填")
    indicator = forms.ChoiceField(label="指标", required=False, help_text="选指标的，当天算出的数值一并记下")
    told = forms.CharField(label="系统所载", max_length=200, required=False, help_text="记录、台账怎么写的")
    result = forms.ChoiceField(label="结果", choices=RESULTS, widget=forms.RadioSelect)
    finding = words("实际情况", 3, required=False, help_text="不符须写明；写编号，不写姓名")

    def __init__(self, *args, indicators, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = [("", "请选择"), *((code, f"{code}　{title}") for code, title in indicators)]


class CloseForm(forms.Form):
    opinion = words("抽查结论", 3)
    demand = words("整改要求", 3, required=False, help_text="有不符的须填")
    due_on = day("整改期限", required=False, help_text="有不符的须填")
