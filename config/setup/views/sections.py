"""One section of a draft contract: its fields or entries, saved together with the check of the whole file."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from config.setup import actions, queries, sections
from contracts.contract_file import FILE, written
from contracts.contract_file.reading import Document
from contracts.models import Contract
from contracts.queries import get_contract, sees_money
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Conflict, Refused
from tenancy.web import page

OWN_FORMS = {"areas": sections.AreasForm, "parties": sections.PartiesForm}


class Section:
    """A section as it stands, its bound form or entries, and what they make."""

    def __init__(self, request, name, present):
        self.name, self.spec, self.present = name, FILE.fields[name], present
        data = request.POST or None
        fixed = sections.FIXED.get(name, ())
        self.kept = {field: present[field] for field in fixed if isinstance(present, dict) and field in present}
        self.form = self.entries = None
        if name in OWN_FORMS:
            self.form = OWN_FORMS[name](data, present=present or {})
        elif self.spec.kind == "rows":
            form_set = sections.entries_form(self.spec)
            self.entries = form_set(data, initial=present or [], form_kwargs={"spec": self.spec}, prefix="row")
        elif self.spec.kind == "part":
            self.form = sections.SectionForm(data, spec=self.spec, fixed=fixed, initial=dict(present or {}))
        else:
            whole = type(self.spec)("part", fields={name: self.spec})
            self.form = sections.SectionForm(data, spec=whole, initial={name: present or {}})

    def is_valid(self):
        return self.entries.is_valid() if self.entries is not None else self.form.is_valid()

    @property
    def value(self):
        if self.entries is not None:
            return [entry.value for entry in self.entries if entry.is_kept]
        value = self.form.value
        return {**self.kept, **value} if self.spec.kind == "part" else value.get(self.name, {})

    def tell(self, faults):
        """Put each fault of the file at its field; returns those that lie elsewhere."""
        document, elsewhere = Document("", {self.name: self.value}), []
        entries = [entry for entry in self.entries or [] if entry.is_kept]
        places = {
            document.told((self.name, index, field)): (entry, field)
            for index, entry in enumerate(entries)
            for field in entry.fields
        }
        places |= {document.told((self.name, field)): (self.form, field) for field in getattr(self.form, "fields", ())}
        for fault in faults:
            path = getattr(fault, "path", "")
            near = next((place for place in (path, path.rpartition(".")[0]) if place in places), None)
            message = f"{fault.message}。{fault.mend}".rstrip("。") if path else str(fault)
            if near:
                form, field = places[near]
                form.add_error(field, message)
            else:
                elsewhere.append(f"{path}：{message}" if path else message)
        return elsewhere


@page(Permission.CONTRACT_MANAGE, methods=("GET", "POST"))
def section(request, pk, part):
    on = clock.today()
    contract = get_contract(request.member, pk, on=on)
    if part not in sections.known_sections():
        raise Http404
    if not sees_money(request.member, contract, on=on):
        raise PermissionDenied
    back = reverse("setup:contract", kwargs={"tenant": request.tenant.slug, "pk": contract.pk})
    if contract.state != Contract.State.DRAFT:
        messages.error(request, "合同已在履行，内容的改动须办理变更")
        return redirect(back)
    present = queries.draft(contract)[0].get(part)
    shown, faults, conflict = Section(request, part, present), [], ""
    if request.method == "POST" and shown.is_valid():
        faults, conflict = _save(request, contract, shown)
        if not faults and not conflict:
            messages.success(request, f"已保存{sections.title_of(part)}")
            return redirect(back)
    context = _shown(contract, shown, present) | {"faults": faults, "conflict": conflict, "back": back}
    return render(request, "config/setup/section.html", context, status=422 if request.method == "POST" else 200)


def _save(request, contract, shown):
    """(faults that stay to be told, the conflict) of saving; the section's own faults are told at its fields."""
    mark = request.POST.get("mark", "")
    try:
        actions.save_section(contract, shown.name, shown.value, mark=mark, by=request.member, at=clock.now())
    except Conflict as conflict:
        return [], conflict.message
    except Refused as refused:
        return [refused.message, *shown.tell(refused.problems)], ""
    return [], ""


def _shown(contract, shown, present):
    entries = shown.entries
    return {
        "contract": contract,
        "title": sections.title_of(shown.name),
        "form": shown.form,
        "entries": entries,
        "mark": queries.mark(present),
        "present_text": written({shown.name: present}, "") if present else "（空）",
    }
