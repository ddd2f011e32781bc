"""One indicator of a draft contract: its form, the sentence and trial count beside it, saving and removing it."""

import re

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from config.setup import forms, rules
from config.setup.vocabulary import vocabulary
from contracts.contract_file import written
from contracts.models import Contract
from contracts.queries import get_contract
from services.actions import indicators as actions
from services.indicators.drafting import definition_of
from services.queries.indicators import get_indicator
from services.queries.readings import reading
from services.queries.trial import try_indicator, with_records
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Conflict, Refused
from tenancy.web import page

NEW = {"force": "hard", "of": "record", "count": "rows", "target_op": "ge"}
# Where a fault of a definition belongs in the form: the first word of its place.
FIELDS = {"id": "id", "zh": "zh", "of": "of", "count": "count", "target": "target", "areas": "areas", "within": "within_from", "every": "every", "each": "each", "reach": "reach", "unit": "unit", "force": "force"}  # fmt: skip
PLACES = {
    "id": "代号", "zh": "名称", "of": "数什么", "where": "范围", "gate": "计入条件", "count": "怎么数", "over": "除以", "target": "目标", "areas": "分区要求", "within": "计量期",
    "every": "每个周期", "each": "每个对象", "reach": "每一格要求", "part_of": "属于", "apart": "不重复计", "papers": "须交材料", "due": "期限", "nil": "零报告", "pay": "计价",
    "present": "在册", "unit": "单位", "force": "性质", "指标": "其余的词",
}  # fmt: skip
FIELD_CODE = re.compile(r"“([a-z][a-z0-9_.]*)”")


class Editor:
    """The bound forms of one indicator, and the definition that they make."""

    def __init__(self, request, contract, indicator):
        self.contract, self.indicator = contract, indicator
        self.code, self.version = (indicator.code, indicator.version) if indicator else ("", 0)
        words, data = vocabulary(), request.POST or None
        if indicator:
            values, conditions, rest = rules.taken_apart(definition_of(indicator), known=words.known)
        else:
            number = contract.indicators.count() + 1
            values, conditions, rest = NEW | {"id": f"{contract.code}-{number:02d}"}, [], {}
        values |= {"words": written(rest, "") if rest else "", "version": self.version}
        self.form = forms.ReadingForm(data, initial=values, vocabulary=words)
        self.rows = forms.ConditionFormSet(
            data, initial=conditions, prefix="cond", form_kwargs={"fields": words.fields}
        )
        self.codes, self.names = words.codes, dict(words.fields)

    def is_valid(self):
        """Whether both forms can be read; the definition may still be wrong."""
        return self.form.is_valid() & self.rows.is_valid()

    @property
    def definition(self):
        rows = [row.cleaned_data for row in self.rows if row.cleaned_data.get("field")]
        return rules.put_together(self.form.cleaned_data, rows, self.form.rest)

    def in_words(self, text):
        """A fault's text with the tenant's words for fields."""
        return FIELD_CODE.sub(lambda found: f"“{self.names.get(found[1], found[1])}”", text)

    def tell(self, faults):
        """Put the faults of the definition at the controls that they speak of."""
        for place, text in faults:
            first, _, second = place.partition(".")
            named, told = {second, *FIELD_CODE.findall(text)}, self.in_words(text)
            row = next((row for row in self.rows if row.cleaned_data.get("field") in named), None)
            if row is not None and first in ("where", "gate"):
                row.add_error("value", told)
                self.form.add_error(None, f"{PLACES[first]}：{told}")
            elif first in FIELDS and FIELDS[first] in self.form.fields and first not in self.form.rest:
                self.form.add_error(FIELDS[first], told)
            else:
                told = f"{PLACES.get(first, place)}：{told}" if place else told
                self.form.add_error("words" if first in self.form.rest else None, told)

    def shown(self, trial=None):
        """What the page shows."""
        own = self.indicator
        faults = trial.faults if trial else ()
        return {
            "faults": [(PLACES.get(place.partition(".")[0], place), self.in_words(text)) for place, text in faults],
            "contract": self.contract,
            "indicator": own,
            "form": self.form,
            "rows": self.rows,
            "codes": self.codes,
            "trial": trial,
            "read": reading(own) if own else None,
        }


def _address(request, name, pk):
    return reverse(f"setup:{name}", kwargs={"tenant": request.tenant.slug, "pk": pk})


def _closed(request, contract):
    """A contract at work is not edited: its readings change by amendment."""
    messages.error(request, "合同已在履行，口径的改动须办理变更")
    return redirect(_address(request, "contract", contract.pk))


def _edited(request, contract, indicator):
    """The page of one indicator, and what its POST does; 422 while something is wrong, what was typed stays."""
    if contract.state != Contract.State.DRAFT:
        return _closed(request, contract)
    now = clock.now()
    editor = Editor(request, contract, indicator)
    if request.method == "GET":
        return render(request, "config/setup/indicator.html", editor.shown())
    if editor.is_valid():
        trial = try_indicator(request.member, contract, editor.definition, code=editor.code, on=clock.day_of(now))
        editor.tell(trial.faults)
        if not trial.faults and _saved(editor, by=request.member, at=now):
            messages.success(request, f"已保存“{editor.definition['zh']}”")
            return redirect(_address(request, "contract", contract.pk) + "#indicators")
    return render(request, "config/setup/indicator.html", editor.shown(), status=422)


def _saved(editor, *, by, at):
    version = editor.form.cleaned_data.get("version") or 0
    try:
        actions.save_indicator(editor.contract, editor.definition, code=editor.code, version=version, by=by, at=at)
        return True
    except Conflict as conflict:
        # The next press is made knowing the other's words, which now stand beside the form.
        editor.form.data = editor.form.data.copy()
        editor.form.data["version"] = editor.version
        editor.form.add_error(None, f"{conflict.message}。你填写的都还在；现在的口径列在旁边，再按保存则以你的为准")
    except Refused as refused:
        editor.form.add_error(None, [refused.message, *map(str, refused.problems)])
    return False


@page(Permission.CONTRACT_MANAGE, methods=("GET", "POST"))
def new_indicator(request, pk):
    contract = get_contract(request.member, pk, on=clock.today())
    return _edited(request, contract, None)


@page(Permission.CONTRACT_MANAGE, methods=("GET", "POST"))
def indicator(request, pk):
    row = get_indicator(request.member, pk, on=clock.today())
    return _edited(request, row.contract, row)


@page(Permission.CONTRACT_MANAGE, methods=("POST",))
def trial(request, pk):
    """The sentence, the faults and the count of what stands in the form now; writes nothing."""
    on = clock.today()
    contract = get_contract(request.member, pk, on=on)
    code = request.GET.get("code", "")
    row = contract.indicators.filter(code=code).first() if code else None
    editor = Editor(request, contract, row)
    offered = with_records(request.member, contract, on=on)
    chosen = next((one for one in offered if str(one.pk) == request.POST.get("records")), next(iter(offered), None))
    found = None
    if editor.is_valid():
        found = try_indicator(request.member, contract, editor.definition, code=editor.code, on=on, records=chosen)
    context = editor.shown(found) | {"offered": offered, "chosen": chosen}
    return render(request, "config/setup/_trial.html", context)


@page(Permission.CONTRACT_MANAGE, methods=("POST",))
def remove_indicator(request, pk):
    row = get_indicator(request.member, pk, on=clock.today())
    version = request.POST.get("version", "")
    try:
        actions.remove_indicator(
            row.contract,
            row.code,
            version=int(version) if version.isdecimal() else 0,
            by=request.member,
            at=clock.now(),
        )
        messages.success(request, f"已删去“{row.title}”")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(_address(request, "contract", row.contract.pk) + "#indicators")
