from django.contrib import messages
from django.db.models import Count
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from caseload import forms, queries
from caseload.actions import households as actions
from caseload.filters import HouseholdFilter
from caseload.rules import ledger as rules
from caseload.views.acting import answer, attempt, forbid_unless_known, forbid_unless_own, keep_upload
from caseload.views.household_showing import household_page
from caseload.views.showing import household_rows
from contracts.queries import get_contract
from documents.serving import serve
from tenancy import audit, clock
from tenancy.permissions import Permission, allows
from tenancy.web import page

PAGE = 50


def _list(request, households, *, form, sought="", **more):
    on = clock.today()
    may_edit = allows(request.member, Permission.LEDGER_EDIT) and queries.own_contracts(request.member, on=on).exists()
    context = {
        "rows": household_rows(households),
        "filter": form,
        "find": forms.FindForm(),
        "sought": sought,
        "may_edit": may_edit,
        "may_export": allows(request.member, Permission.LEDGER_EXPORT),
        **more,
    }
    return render(request, "caseload/households.html", context)


@page(Permission.LEDGER_VIEW)
def households(request):
    on = clock.today()
    visible = queries.visible_households(request.member, on)
    chosen = HouseholdFilter(
        request.GET, visible, registers=_registers(), places=queries.served_streets(request.member, on=on)
    )
    found = chosen.qs if chosen.is_valid() else visible.none()
    rows, before, after = queries.page_of(
        queries.household_list(found, on=on),
        key="number",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        limit=PAGE,
    )
    filtered = any(request.GET.get(name) for name in chosen.filters)
    counted = found.aggregate(total=Count("pk"), incomplete=Count("pk", filter=queries.incomplete()))
    ending = queries.ending_soon(on=on).filter(household__in=found.order_by().values("pk"))
    counted["ending"] = ending.order_by().values("household_id").distinct().count()
    return _list(request, rows, form=chosen.form, **counted, before=before, after=after, filtered=filtered)


def _registers():
    return [(code, label) for code, label in queries.labels("register").items() if code not in rules.TEAM_REGISTERS]


@page(Permission.LEDGER_VIEW, methods=("POST",))
@never_cache
def find_households(request):
    """Names and identity numbers travel in the body only, and the search itself is kept in the trail."""
    on = clock.today()
    form = forms.FindForm(request.POST)
    if not form.is_valid():
        return redirect("caseload:households", tenant=request.tenant.slug)
    text, visible = form.cleaned_data["q"], queries.visible_households(request.member, on)
    by_number = text[:1].isdigit()
    matching = (queries.with_id_number if by_number else queries.named)(visible, text)
    rows = list(queries.household_list(matching, on=on)[:PAGE])
    audit.record(
        "ledger.searched",
        by=request.member,
        at=clock.now(),
        field="id_number" if by_number else "name",
        found=len(rows),
    )
    chosen = HouseholdFilter({}, visible, registers=_registers(), places=queries.served_streets(request.member, on=on))
    return _list(
        request,
        rows,
        form=chosen.form,
        sought="身份证号" if by_number else "姓名",
        total=len(rows),
        before="",
        after="",
        filtered=True,
    )


@page(Permission.LEDGER_VIEW)
def household(request, pk):
    on = clock.today()
    found = queries.get_household(request.member, pk, on=on)
    return render(request, "caseload/household.html", household_page(request.member, found, on=on, at=clock.now()))


@page(Permission.LEDGER_EDIT, methods=("GET", "POST"))
def new_household(request):
    on = clock.today()
    contracts = queries.own_contracts(request.member, on=on).filter(state="active")
    contract = (
        get_contract(request.member, request.GET["contract"], on=on)
        if request.GET.get("contract")
        else contracts.first()
    )
    if contract is None:
        return render(request, "caseload/no_contract.html")
    forbid_unless_own(request, contract)
    form = forms.HouseholdForm(request.POST or None, contract=contract)
    head = forms.PersonForm(request.POST or None, prefix="head")
    members = forms.MemberForms(request.POST or None, prefix="m")
    if request.method == "POST" and all([form.is_valid(), head.is_valid(), members.is_valid()]):
        persons = [
            head.cleaned_data | {"is_head": True, "relation": "户主"},
            *(line.cleaned_data for line in members if line.has_changed()),
        ]
        made = []
        if attempt(
            form,
            lambda: made.append(
                actions.add_household(
                    contract=contract, persons=persons, by=request.member, at=clock.now(), **form.cleaned_data
                )
            ),
        ):
            messages.success(request, f"已登记 {made[0].number}，{len(persons)} 人")
            return redirect("caseload:household", tenant=request.tenant.slug, pk=made[0].pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "head": head, "members": members, "contract": contract, "contracts": list(contracts)}
    return render(request, "caseload/new_household.html", context, status=status)


def _act(request, pk, form_of, do, *, title, hint="", template="caseload/household_act.html"):
    """One act on a household: fetch, decide, render. `form_of(household)` gives the form, `do(household, form, by, at)` acts."""
    found = queries.get_household(request.member, pk, on=clock.today())
    forbid_unless_own(request, found.contract)
    form = form_of(found)
    if form.is_valid() and attempt(form, lambda: do(found, form, request.member, clock.now())):
        messages.success(request, f"{found.number}：已{title}")
        return redirect("caseload:household", tenant=request.tenant.slug, pk=pk)
    return answer(request, template, form, household=found, title=title, hint=hint)


@page(Permission.LEDGER_EDIT, methods=("GET", "POST"))
def add_person(request, pk):
    return _act(
        request, pk, lambda found: forms.PersonForm(request.POST or None),
        lambda found, form, by, at: actions.add_person(found, by=by, at=at, **form.cleaned_data), title="登记成员",
    )  # fmt: skip


@page(Permission.LEDGER_EDIT, methods=("GET", "POST"))
def edit_ledger(request, pk):
    def form_of(found):
        wanted = rules.required_fields(
            [row.category.required_fields for row in found.categories.filter(queries.present_on(clock.today())).select_related("category")]
        )  # fmt: skip
        asked = [code for code in wanted if code in rules.OF_HOUSEHOLD] or ["needs"]
        return forms.LedgerForm(request.POST or None, wanted=asked, filled=queries.details_of(found))

    def do(found, form, by, at):
        address, note = form.cleaned_data["address"] or None, form.cleaned_data["note"] or None
        actions.set_details(found, details=form.details(), address=address, note=note, by=by, at=at)

    return _act(request, pk, form_of, do, title="填写台账", hint="已登记的内容不在这里显示；写了就替换，留空不改。")


@page(Permission.LEDGER_EDIT, methods=("GET", "POST"))
def put_on_register(request, pk):
    def do(found, form, by, at):
        facts = {"tier": form.cleaned_data["tier"]} if form.cleaned_data["tier"] else {}
        kind, day = form.cleaned_data["kind"], form.cleaned_data["from_day"]
        who = {"household": found, "person": form.cleaned_data["person"]}
        actions.put_on_register(contract=found.contract, kind=kind, from_day=day, facts=facts, by=by, at=at, **who)

    registers = [
        (code, label) for code, label in _registers() if code not in (rules.FILE_REGISTER, rules.ASSISTANCE_REGISTER)
    ]
    return _act(
        request,
        pk,
        lambda found: forms.RegisterForm(request.POST or None, registers=registers, household=found),
        do,
        title="列入名册",
    )


@page(Permission.LEDGER_EDIT, methods=("GET", "POST"))
def set_system_no(request, pk):
    def do(found, form, by, at):
        actions.set_system_no(found, form.cleaned_data["system_no"], by=by, at=at)

    return _act(request, pk, lambda found: forms.SystemNumberForm(request.POST or None), do, title="登记系统录入号")


@page(Permission.LEDGER_EDIT, methods=("GET", "POST"))
def add_household_paper(request, pk):
    def do(found, form, by, at):
        known = form.cleaned_data
        data = {"text": known["text"]} if known["text"] else None
        stored = keep_upload(known["file"], by=by, at=at)
        actions.add_household_paper(
            found,
            kind=known["kind"],
            filled_on=known["filled_on"],
            file=stored,
            data=data,
            at_home=known["at_home"],
            by=by,
            at=at,
        )

    kinds = rules.HOUSEHOLD_PAPERS.items()
    return _act(
        request,
        pk,
        lambda found: forms.HouseholdPaperForm(request.POST or None, request.FILES or None, kinds=kinds),
        do,
        title="补材料",
    )


@page(Permission.PERSON_REVEAL)
def household_file(request, pk):
    """The uploaded file behind a household's paper: for those who may see personal values."""
    paper = queries.get_household_paper(request.member, pk, on=clock.today())
    forbid_unless_known(request, paper.household.contract)
    return serve(paper.file)
