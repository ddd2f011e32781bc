"""The shape of an amendment: the paper that both sides sign, and for each indicator what changes and from when."""

from django import forms

from config.setup.forms import text_area
from config.setup.rules import OPS, typed
from contracts.contract_file import written
from contracts.contract_file.reading import read
from contracts.forms import day_field
from services.indicators.drafting import definition_of
from services.rules import readings as rules

HOW = [
    ("target", "只改目标：自生效日起按新目标"),
    ("reading", "改口径：整个计量期按新口径"),
    ("succeed", "改口径：此前仍按旧口径"),
]


class AmendmentForm(forms.Form):
    """The supplementary agreement."""

    use_required_attribute = False

    title = forms.CharField(label="名称", max_length=120, help_text="如 个案服务数量调整")
    number = forms.CharField(label="补充协议编号", max_length=60)
    effective_on = day_field("生效日期")
    reason = forms.CharField(label="事由", widget=text_area(2))
    clause = forms.CharField(label="条款", max_length=120, required=False)
    clause_text = forms.CharField(label="补充协议原文", required=False, widget=text_area(3))


class ChangeForm(forms.Form):
    """What changes in one indicator."""

    use_required_attribute = False

    how = forms.ChoiceField(label="怎样改", choices=HOW, widget=forms.RadioSelect, initial="target")
    target = forms.CharField(label="新目标", max_length=40, required=False)
    areas = forms.CharField(label="每个街道（乡镇）不少于", max_length=40, required=False)
    reach = forms.CharField(label="每一格要求", max_length=40, required=False)
    past_target = forms.CharField(
        label="此前的目标", max_length=40, required=False, help_text="旧口径计到生效日前一日；不填则目标不变"
    )
    words = forms.CharField(
        label="新口径",
        required=False,
        widget=text_area(10, spellcheck="false", **{"class": "mono"}),
        help_text="按指标词汇书写；只改目标时不用动",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, row, **kwargs):
        self.row, self.definition = row, definition_of(row)
        words = {word: value for word, value in self.definition.items() if word != "id"}
        initial = {"how": "target", "words": written(words, ""), "version": row.version}
        super().__init__(*args, initial=initial, prefix=f"c-{row.code}", **kwargs)
        for name in ("target", "areas", "reach"):
            present = _present(self.definition.get(name))
            if present is None:
                del self.fields[name]
            else:
                self.fields[name].help_text = f"现在{OPS[present[0]]} {present[1]}"

    def clean_words(self):
        text = self.cleaned_data["words"]
        document = read(text)
        if document.faults:
            raise forms.ValidationError([f"第 {fault.line} 行：{fault.message}" for fault in document.faults])
        self.new = {"id": self.row.code, **document.data}
        return text

    def clean(self):
        data = self.cleaned_data
        if data.get("how") == "target" and not any(data.get(name) for name in ("target", "areas", "reach")):
            self.add_error("target" if "target" in self.fields else None, "填写新的目标")
        return data

    def change(self, *, since, term, known):
        """The change as an amendment keeps it; `known` are the codes in use, to which a successor's is added."""
        data = self.cleaned_data
        made = {"code": self.row.code, "how": data["how"], "base_version": data["version"]}
        if data["how"] == "target":
            return made | {"definition": self._dated(since)}
        if data["how"] == "reading":
            return made | {"definition": self.new}
        code = rules.successor_code(self.row.code, known)
        known.add(code)
        closed, successor = rules.succession(self.definition, since=since, term=term, code=code)
        successor = {**self.new, "id": code, "within": successor["within"]}
        past = _present(closed.get("target"))
        if data.get("past_target") and past:
            closed["target"] = {past[0]: typed(data["past_target"])}
        return made | {"definition": closed, "successor": successor}

    def _dated(self, since):
        definition = dict(self.definition)
        for name in ("target", "areas", "reach"):
            if self.cleaned_data.get(name):
                limit = {_present(definition[name])[0]: typed(self.cleaned_data[name])}
                definition[name] = rules.dated_requirement(definition[name], limit, since=since)
        return definition


def _present(requirement):
    """(op, number) of the comparison in force last, or None where there is more or less than one."""
    entry = requirement[-1] if isinstance(requirement, list) and requirement else requirement
    if not isinstance(entry, dict):
        return None
    limits = [(op, limit) for op, limit in entry.items() if op in OPS]
    return limits[0] if len(limits) == 1 and set(entry) <= {*OPS, "since"} else None


class RefusalForm(forms.Form):
    """Why the other side does not agree."""

    reason = forms.CharField(label="不同意的原因", max_length=400, widget=text_area(4))
