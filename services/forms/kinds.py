"""The editor of a kind of activity: one form for what it is, and a row of inputs for each field, choice, mode and paper.

Rows are added, moved and dropped by the buttons of the form itself, so that it works without a script: each press sends the
form, and it comes back changed and not saved. What is wrong is decided by services.rules.kinds and put beside its input.
"""

import re
from copy import deepcopy

from django import forms

from services.models import ActivityKind
from services.rules import kinds as rules
from services.rules.records import COMMON

COMPUTED = "computed"
TYPES = [*rules.TYPE_WORDS.items(), (COMPUTED, "计算")]
PARTS = ("fields", "modes", "evidence")
ACT = re.compile(r"(add|drop|up|down):((?:fields|modes|evidence)(?:-\d+(?:-choices(?:-\d+)?)?)?)")


class HeadForm(forms.Form):
    """What a kind is."""

    label = forms.CharField(label="名称", max_length=rules.LONGEST_LABEL, required=False)
    code = forms.CharField(label="代号", max_length=40, required=False, help_text=f"指标用它指称这类活动。{rules.CODE_SAYS}")  # fmt: skip
    subject = forms.ChoiceField(label="对象", required=False, help_text="登记时先选它；不指定的，填名称和社区（村）")
    registers = forms.MultipleChoiceField(label="名册", required=False, widget=forms.CheckboxSelectMultiple)
    shows = forms.MultipleChoiceField(
        label="通用字段",
        required=False,
        choices=[(name, word) for name, word in COMMON.items() if name != "mode"],  # follows from the modes
        widget=forms.CheckboxSelectMultiple,
    )
    proves = forms.ChoiceField(label="即为材料", required=False, help_text="已核的记录就是个案或小组档案里的这份材料")
    is_active = forms.BooleanField(label="可以登记", required=False)

    def __init__(self, *args, papers=(), registers=(), is_new=True, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = ActivityKind.Subject.choices
        self.fields["proves"].choices = [("", "不是"), *papers]
        self.fields["registers"].choices = registers
        if not is_new:
            self.fields["code"].widget.attrs["readonly"] = True
            self.fields["code"].help_text = "记录和指标都用它，不能再改"


class FieldRow(forms.Form):
    """One of the kind's own fields."""

    label = forms.CharField(label="名称", max_length=rules.LONGEST_LABEL, required=False)
    name = forms.CharField(label="代号", max_length=40, required=False)
    type = forms.ChoiceField(label="类型", choices=TYPES, required=False)
    required = forms.BooleanField(label="必填", required=False)
    retired = forms.BooleanField(label="停用", required=False)
    formula = forms.ChoiceField(
        label="算法", choices=[(name, word) for name, (word, _) in rules.FORMULAS.items()], required=False
    )
    first = forms.ChoiceField(label="甲（被除数、前测）", required=False)
    second = forms.ChoiceField(label="乙（除数、后测）", required=False)
    given = forms.MultipleChoiceField(label="数哪些字段", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, numbers=(), given=(), **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("first", "second"):
            self.fields[name].choices = [("", "请选择"), *numbers]
        self.fields["given"].choices = given


class ChoiceRow(forms.Form):
    """One choice of a field."""

    label = forms.CharField(label="选项", max_length=60, required=False)
    code = forms.CharField(label="代号", max_length=60, required=False)
    retired = forms.BooleanField(label="停用", required=False)


class ModeRow(forms.Form):
    """One mode of the service."""

    label = forms.CharField(label="方式", max_length=20, required=False)
    code = forms.CharField(label="代号", max_length=20, required=False)
    direct = forms.ChoiceField(
        label="计为", required=False, choices=[("", "按代号判断"), ("1", "直接服务"), ("0", "间接服务")]
    )
    retired = forms.BooleanField(label="停用", required=False)


class EvidenceRow(forms.Form):
    """One paper that a record needs or may carry."""

    kind = forms.ChoiceField(label="材料", required=False)
    label = forms.CharField(label="表单上的名称", max_length=60, required=False)
    min = forms.IntegerField(label="至少几份", min_value=0, max_value=20, required=False)

    def __init__(self, *args, papers=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "请选择"), *papers]


class WordForm(forms.Form):
    """A code and what it is called."""

    label = forms.CharField(label="名称", max_length=60, error_messages={"required": "写明名称"})
    code = forms.CharField(label="代号", max_length=40, help_text=rules.CODE_SAYS, error_messages={"required": "写明代号"})  # fmt: skip


# --- what was typed -----------------------------------------------------------------------------------------------------
def typed(post):
    """The form's content as plain values: {"head": {…}, "fields": [{…, "choices": [{…}]}], "modes": [{…}], "evidence": [{…}]}."""
    head = {name: _value(post, name) for name in HeadForm.base_fields}
    draft = {"head": head, **{part: _rows(post, part) for part in PARTS}}
    for index, row in draft["fields"]:
        row["choices"] = [choice for _, choice in _rows(post, f"fields-{index}-choices")]
    return {"head": head, **{part: [row for _, row in draft[part]] for part in PARTS}}


def _value(post, name):
    bare = name.rsplit("-", 1)[-1]
    if bare in ("shows", "registers", "given"):
        return post.getlist(name)
    if bare in ("required", "retired", "is_active"):
        return name in post
    return " ".join(post.get(name, "").split())


def _rows(post, prefix):
    """[(index, {name: value})] of the rows that the form holds under a prefix."""
    found = re.compile(rf"{prefix}-(\d+)-[a-z]+")
    indexes = sorted({int(match[1]) for name in post if (match := found.fullmatch(name))})
    names = {"fields": FieldRow, "modes": ModeRow, "evidence": EvidenceRow}.get(prefix, ChoiceRow).base_fields
    return [(index, {name: _value(post, f"{prefix}-{index}-{name}") for name in names}) for index in indexes]


def changed(draft, act):
    """Change the draft as a press of one of its buttons says (add:fields, drop:fields-0-choices-2, up:modes-1).

    Returns the button or input that has the focus afterwards, so that one may go on with the keyboard.
    """
    match = ACT.fullmatch(act)
    if match is None:
        return ""
    verb, place = match[1], match[2].split("-")
    is_choice = len(place) > 2
    prefix, rows = "-".join(place[:3] if is_choice else place[:1]), draft[place[0]]
    if is_choice:
        rows = rows[int(place[1])]["choices"] if int(place[1]) < len(rows) else []
    if verb == "add":
        rows.append(_empty(prefix))
        return f"{prefix}-{len(rows) - 1}"
    index = int(place[-1]) if len(place) in (2, 4) else len(rows)
    if index >= len(rows):
        return ""
    return _dropped(rows, prefix, index) if verb == "drop" else _moved(rows, prefix, index, verb)


def _empty(prefix):
    form = {"fields": FieldRow, "modes": ModeRow, "evidence": EvidenceRow}.get(prefix, ChoiceRow)
    row = dict.fromkeys(form.base_fields, "")
    return row | {"choices": [], "type": "choice", "given": []} if prefix == "fields" else row


def _dropped(rows, prefix, index):
    rows.pop(index)
    return f"drop:{prefix}-{min(index, len(rows) - 1)}" if rows else f"add:{prefix}"


def _moved(rows, prefix, index, verb):
    other = max(0, min(len(rows) - 1, index + (1 if verb == "down" else -1)))
    rows[index], rows[other] = rows[other], rows[index]
    return f"{'down' if other == 0 else 'up' if other == len(rows) - 1 else verb}:{prefix}-{other}"


def blank():
    """A kind that nobody has described yet."""
    return ActivityKind(evidence=[{"kind": "photo", "label": "照片", "min": 1}], shows=["workers"])


def with_own(words, draft, part, name):
    """[(code, label)] to choose from, and what the draft has beside them."""
    known = {code for code, _ in words}
    own = {row[name]: row.get("label") or row[name] for row in draft[part] if row.get(name) and row[name] not in known}
    return [*words, *own.items()]


def shown_kind(draft):
    """The kind as far as it makes sense already, for the preview; never saved."""
    said = values(deepcopy(draft))
    modes = {mode[0]: mode for mode in said["modes"] if mode[0] and mode[1]}
    papers = {row["kind"]: row for row in said["evidence"] if row["kind"] and row["label"] and isinstance(row["min"], int)}  # fmt: skip
    shows = [name for name in said["shows"] if name in COMMON]
    fields = rules.sound_fields(said["fields"], shows)
    sound = {"fields": fields, "modes": list(modes.values()), "evidence": list(papers.values()), "shows": shows}
    return ActivityKind(**{**said, **sound, "subject": said["subject"] or "none"})


def drafted(kind):
    """A kind as the editor holds it."""
    return {
        "head": {name: getattr(kind, name) for name in HeadForm.base_fields},
        "fields": [_drafted_field(row) for row in kind.fields],
        "modes": [_drafted_mode([*mode, None, False][: max(4, len(mode))]) for mode in kind.modes],
        "evidence": [dict(row) for row in kind.evidence],
    }


def _drafted_field(row):
    formula, operands = rules.formula_of(row)
    retired = set(row.get("retired_choices", ()))
    choices = [{"code": code, "label": label, "retired": code in retired} for code, label in row.get("choices", ())]
    made = {name: row.get(name, "") for name in ("name", "label", "type", "required", "retired")} | {"choices": choices}
    if not formula:
        return made
    pair = dict(zip(("first", "second"), operands, strict=False)) if rules.FORMULAS[formula][1] else {"given": list(operands)}  # fmt: skip
    return made | {"type": COMPUTED, "formula": formula, **pair}


def _drafted_mode(mode):
    return {"code": mode[0], "label": mode[1], "direct": "" if mode[2] is None else str(int(mode[2])), "retired": bool(mode[3])}  # fmt: skip


# --- what it says -------------------------------------------------------------------------------------------------------
def values(draft):
    """What services.actions.kinds takes; rows without any word are left out of the draft, too, so that places stay true."""
    draft["fields"] = [row for row in draft["fields"] if row.get("name") or row.get("label")]
    draft["modes"] = [row for row in draft["modes"] if row.get("code") or row.get("label")]
    draft["evidence"] = [row for row in draft["evidence"] if row.get("kind") or row.get("label")]
    for row in draft["fields"]:
        row["choices"] = [choice for choice in row.get("choices", ()) if choice.get("code") or choice.get("label")]
    head = draft["head"]
    return {
        **{name: head[name] for name in ("label", "subject", "registers", "proves", "is_active")},
        "shows": shown_common(draft),
        "fields": [_field(row) for row in draft["fields"]],
        "modes": [_mode(row) for row in draft["modes"]],
        "evidence": [
            {"kind": row.get("kind", ""), "label": row.get("label", ""), "min": _whole(row.get("min"))}
            for row in draft["evidence"]
        ],
    }


def shown_common(draft):
    """The common fields that the form shows; the mode is one as soon as there are modes."""
    chosen = [name for name in draft["head"].get("shows") or () if name != "mode"]
    return ["mode", *chosen] if draft["modes"] else chosen


def name_papers(draft, words):
    """A paper that nobody named is called by the tenant's word for it ({code: word})."""
    for row in draft["evidence"]:
        row["label"] = row.get("label") or words.get(row.get("kind"), "")


def _whole(text):
    return int(text) if str(text or 0).isdigit() else text


def _field(row):
    is_computed = row.get("type") == COMPUTED
    made = {name: row.get(name, "") for name in ("name", "label")} | {"type": "number" if is_computed else row.get("type", "")}  # fmt: skip
    if made["type"] == "choice":
        made["choices"] = [[choice.get("code", ""), choice.get("label", "")] for choice in row["choices"]]
        retired = [choice["code"] for choice in row["choices"] if choice.get("retired")]
        made |= {"retired_choices": retired} if retired else {}
    if is_computed:
        formula = row.get("formula") or "per"
        pair = [name for name in (row.get("first"), row.get("second")) if name]
        made["computed"] = {formula: pair if rules.FORMULAS.get(formula, ("", 2))[1] else list(row.get("given", ()))}
    return made | {name: True for name in ("required", "retired") if row.get(name) and not (name == "required" and is_computed)}  # fmt: skip


def _mode(row):
    direct = {"1": True, "0": False}.get(row.get("direct", ""))
    made = [row.get("code", ""), row.get("label", ""), direct, True]
    if row.get("retired"):
        return made
    return made[:2] if direct is None else made[:3]


# --- the whole editor ---------------------------------------------------------------------------------------------------
class KindEditor:
    """All inputs of a kind, bound together: `{% errors editor %}` tells everything that is wrong in any of them.

    With `faults` (rules.Fault with a place) it shows them; without, it shows what was typed.
    """

    def __init__(self, draft, *, papers, registers, use=None, faults=None, focus=""):
        """`use` is rules.Use of a kind that is there, None for a new one."""
        self.draft, self.focus, is_new = draft, focus, use is None
        self._papers, self._bound, self._general = papers, faults is not None, []
        head = {"papers": papers, "registers": registers, "is_new": is_new}
        self.head = self._form(HeadForm, "", draft["head"], **head)
        use, offered = use or rules.Use(), {"numbers": self._numbers(), "given": self._given()}
        self.fields = self._rows(FieldRow, "fields", draft["fields"], use.fields, "name", **offered)
        for row in self.fields:
            name, choices = row["typed"].get("name"), row["typed"].get("choices", ())
            held = {code: number for (of, code), number in use.choices.items() if of == name}
            row["choices"] = self._rows(ChoiceRow, f"{row['at']}-choices", choices, held, "code")
        self.modes = self._rows(ModeRow, "modes", draft["modes"], use.modes, "code")
        self.evidence = self._rows(EvidenceRow, "evidence", draft["evidence"], use.papers, "kind", papers=papers)
        for fault in faults or ():
            self._place(fault)

    def _form(self, form, prefix, content, **options):
        if not self._bound:
            return form(initial=content, prefix=prefix or None, **options)
        data = {f"{prefix}-{name}" if prefix else name: value for name, value in content.items()}
        return form(data={name: value for name, value in data.items() if value is not False}, prefix=prefix or None, **options)  # fmt: skip

    def _rows(self, form, prefix, rows, held, name, **options):
        """The rows of one kind: each with its form, its place, what was typed, and how many records hold it."""
        return [
            {
                "form": self._form(form, f"{prefix}-{index}", row, **options),
                "at": f"{prefix}-{index}",
                "typed": row,
                "held": held.get(row.get(name), 0),
            }
            for index, row in enumerate(rows)
        ]

    def _numbers(self):
        own = [(row["name"], row.get("label") or row["name"]) for row in self.draft["fields"] if row.get("name") and row.get("type") in ("number", COMPUTED)]  # fmt: skip
        shown = shown_common(self.draft)
        return own + [(name, word) for name, word in rules.NUMBERS.items() if name in shown or name == "minutes"]

    def _given(self):
        own = [(row["name"], row.get("label") or row["name"]) for row in self.draft["fields"] if row.get("name") and row.get("type") != COMPUTED]  # fmt: skip
        return own + [(name, COMMON[name]) for name in shown_common(self.draft)]

    @property
    def tells_direct(self):
        """Whether a mode says what it counts as."""
        return "direct" in (self.draft["head"].get("shows") or ())

    @property
    def asks_registers(self):
        """Whether records name entries of registers."""
        head = self.draft["head"]
        return head.get("subject") == "entry" or "team" in (head.get("shows") or ())

    # What {% errors %} asks of a form.
    def _forms(self):
        yield self.head
        for row in (*self.fields, *self.modes, *self.evidence):
            yield row["form"]
            yield from (choice["form"] for choice in row.get("choices", ()))

    def __iter__(self):
        return (bound for form in self._forms() for bound in form)

    @property
    def errors(self):
        return self._bound and (self._general or any(form.errors for form in self._forms()))

    def non_field_errors(self):
        return self._general

    def _place(self, fault):
        form, name = self._input(fault.field)
        if form is None:
            self._general.append(str(fault))
        else:
            form.add_error(name, str(fault))

    def _input(self, place):
        """(form, input) that a fault's place stands for; (None, "") for what concerns the whole."""
        parts = place.split(".")
        if parts[0] in HeadForm.base_fields and len(parts) == 1:
            return self.head, parts[0]
        rows = {"fields": self.fields, "modes": self.modes, "evidence": self.evidence}.get(parts[0], ())
        if len(parts) == 1 or int(parts[1]) >= len(rows):
            return None, ""
        row = rows[int(parts[1])]
        if len(parts) == 4:
            return row["choices"][int(parts[3])]["form"], "code"
        wanted = parts[2] if len(parts) > 2 else {"modes": "code", "evidence": "kind"}.get(parts[0], "name")
        return row["form"], {"choices": "type", "computed": "formula"}.get(wanted, wanted)
