"""Shapes of input for the care of residents."""

from datetime import datetime, timedelta

from django import forms

from services.rules import care as rules
from tenancy.clock import SHANGHAI


def _time(label):
    return forms.TimeField(
        label=label, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "inp", "aria-label": label})
    )


class ShiftForm(forms.Form):
    """A shift: its time, and of each resident what the worker ticked. Names of inputs end in the stay's id."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    start = _time("开始时间")
    end = _time("结束时间")

    def __init__(self, *args, slot, day, found, **kwargs):
        super().__init__(*args, **kwargs)
        self.slot, self.day, self.found = slot, day, found
        self.lines = {}

    def clean(self):
        """Times on the shift's day, or on the next morning of a night; every resident's faults beside the resident."""
        known = super().clean()
        if known.get("start") and known.get("end"):
            self.started_at, self.ended_at = self._moment(known["start"]), self._moment(known["end"])
            if self.ended_at < self.started_at and self.slot.begins > self.slot.ends:
                self.ended_at += timedelta(days=1)
        wrong = 0
        for resident in self.found:
            wrong += self._read(resident)
        if wrong:
            self.add_error(None, f"{wrong} 人没有写全，见标红的人")
        return known

    def _moment(self, time):
        is_past_midnight = self.slot.begins > self.slot.ends and time.hour < self.slot.ends
        return datetime.combine(self.day + timedelta(days=is_past_midnight), time, tzinfo=SHANGHAI)

    def _read(self, resident):
        """Take what was ticked of one resident; whether something is wrong with it."""
        value = lambda name: self.data.get(f"{name}_{resident.key}", "")  # noqa: E731
        if not value("p") or resident.line is not None:
            return False
        resident.said, faults = rules.read(
            value("p"), ticked=self.data.getlist(f"m_{resident.key}"), asked=resident.asked, mood=value("mood"),
            seen=self.data.getlist(f"seen_{resident.key}"), away=value("away"), note=value("note")[:400],
        )  # fmt: skip
        resident.fault = "；".join(faults)
        self.lines[resident.stay.pk] = resident.said
        return bool(faults)

    def add_refusal(self, refusal):
        """What the act refused, on the form."""
        self.add_error(None, [refusal.message, *map(str, refusal.problems)])


class ReturnLineForm(forms.Form):
    """Why one resident's line is sent back."""

    reason = forms.CharField(
        label="要补什么",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "写明要补什么"},
    )


class RoundForm(forms.Form):
    """A safety round: when, by how many, and what was found, one hazard a line."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    slot = forms.ChoiceField(label="时段", widget=forms.RadioSelect)
    day = forms.DateField(
        label="日期",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "inp", "aria-label": "日期"}),
    )
    start = _time("开始时间")
    end = _time("结束时间")
    workers = forms.IntegerField(label="巡查人数", min_value=1, max_value=20)
    hazards = forms.CharField(
        label="发现的隐患",
        required=False,
        max_length=800,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一行一处，逐处报告为安全隐患，等甲方核实、整改；没有就不填",
    )
    narrative = forms.CharField(
        label="巡查情况", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, slots, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["slot"].choices = [(row.code, row.label) for row in slots]

    @property
    def times(self):
        """The inputs that share one label."""
        return [self["day"], self["start"], self["end"]]

    def values(self):
        """What the act takes; a round that ends after midnight ends the next day."""
        known = dict(self.cleaned_data)
        day, start, end = known.pop("day"), known.pop("start"), known.pop("end")
        known["started_at"] = datetime.combine(day, start, tzinfo=SHANGHAI)
        known["ended_at"] = datetime.combine(day + timedelta(days=end < start), end, tzinfo=SHANGHAI)
        return known | {"hazards": known["hazards"].splitlines()}

    def add_refusal(self, refusal):
        """What the act refused, on the form."""
        self.add_error(None, [refusal.message, *map(str, refusal.problems)])
