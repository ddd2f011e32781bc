"""Shapes of input for service records."""

from datetime import datetime, timedelta

from django import forms

from services.rules import records as rules
from services.rules.kinds import asked_fields, formula_told, is_retired_mode, offered_choices
from tenancy.clock import SHANGHAI
from tenancy.models import Area

FACT, FLAGS = "fact_", "flags"
SEGMENT = 5
# The longest service through midnight; anything longer is a time that was mistyped.
NIGHT = timedelta(hours=12)


def picker(kind):
    """The attributes of a native picker."""
    return {"type": kind}


def _bare(kind, label):
    """For inputs that share one visible label."""
    return {"type": kind, "class": "inp", "aria-label": label}


class RecordForm(forms.Form):
    """The form of one kind of activity, built from its definition. Incomplete is fine: what is missing is told on submission."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args, kind, contract, teams=(), subject=None, team_word="小组（队）", **kwargs):
        super().__init__(*args, **kwargs)
        self.kind, self.evidence_faults, self.team_word = kind, {}, team_word
        self.teams = {str(team.pk): team for team in teams}
        if kind.subject == "none":
            self.fields["title"] = forms.CharField(label="名称", max_length=80, required=False)
        if kind.subject == "none" or (kind.subject == "entry" and getattr(subject, "area_id", None) is None):
            area = AreaField(contract)
            if area.has_choice:
                self.fields["area"] = area
        held = self._held("mode")
        modes = [mode for mode in kind.modes if not is_retired_mode(mode) or mode[0] == held]
        if modes:
            self.fields["mode"] = forms.ChoiceField(
                label="方式",
                choices=[(mode[0], mode[1]) for mode in modes],
                required=False,
                widget=forms.RadioSelect,
            )
        self._add_times()
        self._add_common(kind, teams)
        self._add_facts(kind)
        self.fields["narrative"] = forms.CharField(
            label="内容", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
        )
        self.fields["consent"] = forms.BooleanField(label="照片已征得本人同意", required=False)

    def _held(self, name):
        """What the record has here already: a retired choice or mode stays possible for it."""
        return self.data.get(name) if self.is_bound else self.initial.get(name)

    def _add_times(self):
        self.fields["day"] = forms.DateField(
            label="日期", widget=forms.DateInput(format="%Y-%m-%d", attrs=_bare("date", "日期"))
        )
        self.fields["start"] = forms.TimeField(
            label="开始", widget=forms.TimeInput(format="%H:%M", attrs=_bare("time", "开始时间"))
        )
        self.fields["end"] = forms.TimeField(
            label="结束", required=False, widget=forms.TimeInput(format="%H:%M", attrs=_bare("time", "结束时间"))
        )

    def _add_common(self, kind, teams):
        shows = kind.shows
        if "participants" in shows:
            self.fields["participants"] = _number("参加人数")
        if "workers" in shows and "participants" in shows:
            self.fields["workers"] = _number("服务人员")
        elif "workers" in shows:
            choices = [(number, f"{number} 人") for number in range(1, SEGMENT)]
            self.fields["workers"] = forms.TypedChoiceField(
                label="服务人员",
                choices=choices,
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )
        if "team" in shows and teams:
            self.fields["team"] = forms.ChoiceField(
                label=self.team_word,
                required=False,
                choices=[
                    ("", "请选择" if kind.registers else "不指定"),
                    *((str(team.pk), team.label) for team in teams),
                ],
            )
        for name in ("quantity", "score"):
            if name in shows:
                self.fields[name] = forms.DecimalField(
                    label=rules.COMMON[name], required=False, min_value=0, max_digits=12, decimal_places=2
                )

    def _add_facts(self, kind):
        asked = asked_fields(kind)
        flags = [(field["name"], field["label"]) for field in asked if field["type"] == "boolean"]
        if flags:
            self.fields[FLAGS] = forms.MultipleChoiceField(
                label="做了什么", choices=flags, required=False, widget=forms.CheckboxSelectMultiple
            )
        for field in asked:
            if field["type"] != "boolean":
                self.fields[FACT + field["name"]] = choice_or_text(field, self._held(FACT + field["name"]))

    def times(self):
        """The three inputs that stand in one line, bound."""
        return [self["day"], self["start"], self["end"]]

    def more(self):
        """The common fields that only some kinds show, bound."""
        return [self[name] for name in ("team", "quantity", "score") if name in self.fields]

    def fact_fields(self):
        """(bound field, "" or 选填) of the kind's own fields, in its order."""
        needed = {FACT + field["name"] for field in self.kind.fields if field.get("required")}
        return [(self[name], "" if name in needed else "选填") for name in self.fields if name.startswith(FACT)]

    def computed(self):
        """[(label, how)] of what the record works out by itself."""
        fields = self.kind.fields
        return [
            (row["label"], formula_told(row, fields))
            for row in fields
            if row.get("computed") and not row.get("retired")
        ]

    def values(self):
        """What the actions take, from a valid form."""
        data = self.cleaned_data
        started_at = datetime.combine(data["day"], data["start"], SHANGHAI)
        ended_at = datetime.combine(self._last_day(data), data["end"], SHANGHAI) if data.get("end") else None
        names = [
            name
            for name in ("title", "area", "mode", "participants", "workers", "quantity", "score", "narrative")
            if name in self.fields
        ]
        facts = {name.removeprefix(FACT): value for name, value in data.items() if name.startswith(FACT)}
        team = {"team": self.teams.get(data["team"])} if "team" in self.fields else {}
        facts |= {
            field["name"]: field["name"] in data[FLAGS]
            for field in asked_fields(self.kind)
            if field["type"] == "boolean"
        }
        typed = {name: data[name] for name in names}
        return {"started_at": started_at, "ended_at": ended_at, "facts": facts, **team, **typed}

    @staticmethod
    def _last_day(data):
        """A night's round that ends after midnight ends on the next day."""
        return data["day"] + timedelta(days=data["end"] < data["start"])

    def clean(self):
        """An end before the start is told here, unless it can be a night's: the database refuses it even in a draft."""
        data = super().clean()
        if data.get("day") and data.get("start") and data.get("end") and data["end"] < data["start"]:
            night = datetime.combine(self._last_day(data), data["end"]) - datetime.combine(data["day"], data["start"])
            if night > NIGHT:
                self.add_error("end", "结束须晚于开始；跨过零点的，不超过 12 小时")
        return data

    def add_refusal(self, refusal):
        """Put every fault beside its field, and the rest on top."""
        for problem in refusal.problems or [refusal.message]:
            name = getattr(problem, "field", "")
            if name.startswith("evidence_"):
                self.evidence_faults[name.removeprefix("evidence_")] = str(problem)
            place = next((known for known in (name, FACT + name) if known in self.fields), None)
            self.add_error(place, str(problem))


class AreaField(forms.ModelChoiceField):
    """A community or subdistrict of the contract, under its subdistrict's name."""

    def __init__(self, contract):
        streets = contract.contractareas.values("area_id") if contract else []
        rows = Area.objects.filter(street__in=streets) | Area.objects.filter(pk__in=streets)
        super().__init__(
            label="社区（村）", queryset=rows.select_related("street"), required=False, empty_label="请选择"
        )
        groups, areas = {}, list(self.queryset)
        # A contract without areas of its own serves no particular place.
        self.has_choice = bool(areas) or contract is None
        for area in areas:
            groups.setdefault(str(area.street or area), []).append(
                (area.pk, f"{area}（全街镇）" if area.level == Area.Level.STREET else str(area))
            )
        self.choices = [
            ("", "请选择"),
            *((street, sorted(rows, key=lambda row: row[1].endswith("（全街镇）"))) for street, rows in groups.items()),
        ]


def _number(label):
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=9999,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


def choice_or_text(field, held=None):
    label, required = field["label"], False
    if field["type"] == "choice":
        choices = offered_choices(field, held)
        few = len(choices) <= SEGMENT
        return forms.ChoiceField(
            label=label,
            required=required,
            choices=choices if few else [("", "请选择"), *choices],
            widget=forms.RadioSelect if few else forms.Select,
        )
    if field["type"] == "number":
        return forms.DecimalField(label=label, required=required, max_digits=12, decimal_places=2)
    if field["type"] == "date":
        return forms.DateField(
            label=label, required=required, widget=forms.DateInput(format="%Y-%m-%d", attrs=picker("date"))
        )
    return forms.CharField(label=label, required=required, max_length=rules.TEXT_FACT)


def initial_of(record):
    """What the form of an existing record starts from."""
    begin, end = (
        record.started_at.astimezone(SHANGHAI),
        record.ended_at.astimezone(SHANGHAI) if record.ended_at else None,
    )
    flags = [name for name, value in record.facts.items() if value is True]
    return {
        "title": record.title, "area": record.area_id, "mode": record.mode, "day": begin.date(), "start": begin.time(), "end": end.time() if end else None,
        "participants": record.participants, "workers": record.workers, "team": str(record.team_id or ""), "quantity": record.quantity, "score": record.score,
        "narrative": record.narrative.reveal(), FLAGS: flags, **{FACT + name: value for name, value in record.facts.items()},
    }  # fmt: skip


def initial_at(now, kind):
    """What an empty form starts from: the last half hour, the first mode, as many people as usual."""
    end = now.astimezone(SHANGHAI).replace(second=0, microsecond=0)
    begin = max(end - timedelta(minutes=30), end.replace(hour=0, minute=0))
    return {
        "day": end.date(),
        "start": begin.time(),
        "end": end.time(),
        "mode": kind.modes[0][0] if kind.modes else "",
        "workers": 1 if "participants" not in kind.shows else None,
    }


class ReturnForm(forms.Form):
    """Why a record or a paper goes back."""

    reason = forms.CharField(
        label="要补什么",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "写明要补什么"},
    )


class PurposeForm(forms.Form):
    """What a personal text is looked at for."""

    purpose = forms.CharField(label="用途", max_length=120, min_length=4, error_messages={"required": "写明用途"})


class RecordFilter(forms.Form):
    """What the list of records can be narrowed by; whatever is wrong is left out."""

    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部状态"), *rules.STATE_LABELS.items()])
    kind = forms.ChoiceField(label="类型", required=False)
    street = forms.ChoiceField(label="街镇", required=False)
    worker = forms.ChoiceField(label="登记人", required=False)
    month = forms.RegexField(
        r"^20\d\d-(0[1-9]|1[0-2])$", label="月份", required=False, widget=forms.TextInput(attrs=picker("month"))
    )
    household = forms.UUIDField(required=False, widget=forms.HiddenInput)
    case = forms.UUIDField(required=False, widget=forms.HiddenInput)
    group = forms.UUIDField(required=False, widget=forms.HiddenInput)
    contract = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data, *, kinds, streets, workers):
        super().__init__(data)
        self.fields["kind"].choices = [("", "全部类型"), *((kind.code, kind.label) for kind in kinds)]
        self.fields["street"].choices = [("", "全部街镇"), *((str(street.pk), street.name) for street in streets)]
        self.fields["worker"].choices = [("", "全部登记人"), *((str(pk), name) for pk, name in workers)]

    def chosen(self):
        """The valid choices."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
