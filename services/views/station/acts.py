"""The acts of a stay, one page each: what is asked, what it does, how a refusal is told."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render

from caseload.actions import station as plain
from caseload.queries import station as stays
from caseload.rules import station as rules
from services.actions import station as actions
from services.forms import station as forms
from services.views.shell import shell
from services.views.station.showing import attempted, kept, may_decide, may_work
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page


def opened(request, pk, allowed=may_work):
    """The stay; 404 for strangers, 403 for those who only look."""
    stay = stays.get_stay(request.member, pk, on=clock.today())
    if not allowed(request.member, stay.contract):
        raise PermissionDenied
    return stay


def answer(request, stay, form, do, *, title, verb="", hint=""):
    """Do the act and go back to the stay, or show its form with what is wrong."""
    if attempted(request, form, do):
        messages.success(request, f"{stay.number}：已登记{title}")
        return redirect("services:stay", tenant=request.tenant.slug, pk=stay.pk)
    context = {
        "stay": stay,
        "contract": stay.contract,
        "form": form,
        "title": title,
        "verb": verb or "提交",
        "hint": hint,
    }
    return render(
        request, "services/station/act.html", context | shell(request.member), status=422 if form.errors else 200
    )


def _sent(request):
    return request.POST or None, request.FILES or None


@page(Permission.STAY_WORK, methods=("GET", "POST"))
def assess_stay(request, pk):
    stay, now = opened(request, pk), clock.now()
    form = forms.AssessmentForm(*_sent(request), initial={"done_at": now})

    def do(known):
        file = kept(known["file"], by=request.member, at=now)
        return actions.assess(
            stay, form=form.answers(), started_at=known["started_at"], done_at=known["done_at"], file=file, by=request.member, at=now
        )  # fmt: skip

    return answer(request, stay, form, do, title="首次沟通评估表", hint="关键信息 7 项，问不到的留空；完整度按已填项计")


@page(Permission.STAY_WORK, methods=("GET", "POST"))
def plan_stay(request, pk):
    stay, now = opened(request, pk), clock.now()
    last = stays.stay_papers(stay).filter(kind="care_plan").last()
    known = (stays.stay_answers(last) if last else {}) | {"carer": stay.carer_id}
    form = forms.PlanForm(request.POST or None, contract=stay.contract, initial=known)

    def do(known):
        return actions.submit_plan(stay, form=form.answers(), carer=known["carer"], by=request.member, at=now)

    return answer(request, stay, form, do, title="个性化照料方案", hint="提交后由救助站确认是否与需求匹配")


@page(Permission.STAY_CONFIRM, methods=("POST",))
def confirm_plan(request, pk):
    """The station agrees to the plan that stands on the resident's page."""
    stay = opened(request, pk, may_decide)
    form = forms.ReasonForm({"reason": "与需求匹配"})
    return answer(
        request, stay, form, lambda known: actions.confirm_plan(stay, by=request.member, at=clock.now()), title="照料方案确认"
    )  # fmt: skip


@page(Permission.STAY_CONFIRM, methods=("GET", "POST"))
def return_plan(request, pk):
    stay, now = opened(request, pk, may_decide), clock.now()
    form = forms.ReturnPlanForm(request.POST or None)

    def do(known):
        return actions.return_plan(stay, reason=known["reason"], is_unfit=known["is_unfit"] == "1", by=request.member, at=now)  # fmt: skip

    return answer(request, stay, form, do, title="照料方案退回", verb="退回", hint="与需求不符的，计入方案需求匹配度")


@page(Permission.STAY_WORK, methods=("GET", "POST"))
def needs_of_stay(request, pk):
    stay, now = opened(request, pk), clock.now()
    held = [fact for fact in rules.NEEDS if stay.entry and stay.entry.facts.get(fact)]
    form = forms.NeedsForm(
        request.POST or None, contract=stay.contract, initial={"needs": held, "carer": stay.carer_id}
    )

    def do(known):
        return plain.note_needs(stay, needs=known["needs"], carer=known["carer"], by=request.member, at=now)

    return answer(request, stay, form, do, title="照料需求", verb="保存")


@page(Permission.STAY_WORK, methods=("GET", "POST"))
def move_bed(request, pk):
    stay, now = opened(request, pk), clock.now()
    rooms = stays.rooms(stay.contract, on=clock.day_of(now))
    form = forms.BedForm(request.POST or None, rooms=rooms, initial={"room": stay.room_id, "bed": stay.bed})

    def do(known):
        return plain.move_bed(stay, room=known["room"], bed=known["bed"], by=request.member, at=now)

    return answer(request, stay, form, do, title="床位", verb="保存")


@page(Permission.STAY_WORK, methods=("GET", "POST"))
def trace_stay(request, pk):
    stay, now = opened(request, pk), clock.now()
    form = forms.TracingForm(*_sent(request), initial={"started_at": now, "result": "waiting"})

    def do(known):
        file = kept(known["file"], by=request.member, at=now)
        names = ("channel", "started_at", "minutes", "result", "published_at")
        return actions.trace(
            stay, form=form.answers(), file=file, by=request.member, at=now, **{name: known[name] for name in names}
        )

    return answer(request, stay, form, do, title="寻亲记录", hint="查明身份的，记录后再登记身份")


@page(Permission.STAY_WORK, methods=("GET", "POST"))
def identify_stay(request, pk):
    stay, now = opened(request, pk), clock.now()
    form = forms.IdentityForm(request.POST or None, initial={"found_at": now, "sex": stay.sex})

    def do(known):
        return actions.identify(
            stay, person=form.person(), found_at=known["found_at"], form=form.answers(), by=request.member, at=now
        )

    return answer(request, stay, form, do, title="身份查明", verb="登记身份", hint="原登记的特征和称呼留在档案里")


@page(Permission.STAY_WORK, methods=("GET", "POST"))
def note_settling(request, pk):
    stay, now = opened(request, pk), clock.now()
    form = forms.SettlingForm(*_sent(request), initial={"on": clock.day_of(now)})

    def do(known):
        file = kept(known["file"], by=request.member, at=now)
        return actions.note_settling(stay, form=form.answers(), on=known["on"], file=file, by=request.member, at=now)

    return answer(request, stay, form, do, title="落户安置事项")


@page(Permission.STAY_WORK, methods=("GET", "POST"))
def begin_leaving(request, pk):
    stay, now = opened(request, pk), clock.now()
    form = forms.LeavingForm(request.POST or None, initial={"asked_at": now})

    def do(known):
        return actions.begin_leaving(
            stay, way=known["way"], asked_at=known["asked_at"], receiver=known["receiver"], by=request.member, at=now
        )

    return answer(request, stay, form, do, title="提出离站", verb="登记", hint="离站手续从提出时间起计时")


@page(Permission.STAY_WORK, methods=("GET", "POST"))
def cancel_leaving(request, pk):
    stay, now = opened(request, pk), clock.now()
    form = forms.ReasonForm(request.POST or None)

    def do(known):
        return actions.cancel_leaving(stay, reason=known["reason"], by=request.member, at=now)

    return answer(request, stay, form, do, title="撤回离站", verb="撤回离站")


@page(Permission.STAY_WORK, methods=("GET", "POST"))
def discharge_stay(request, pk):
    stay, now = opened(request, pk), clock.now()
    form = forms.DischargeForm(*_sent(request), initial={"left_at": now})

    def do(known):
        ticket = kept(known["ticket_copy"], by=request.member, at=now)
        return actions.discharge(
            stay, form=form.answers(), left_at=known["left_at"], ticket=ticket, by=request.member, at=now
        )

    hint = f"离站方式：{stay.get_way_display()}" if stay.way else "先登记提出离站的时间和方式"
    return answer(request, stay, form, do, title="离站登记", verb="办结离站", hint=hint)


@page(Permission.STAY_WORK, methods=("GET", "POST"))
def settle_stay(request, pk):
    stay, now = opened(request, pk), clock.now()
    form = forms.DischargeForm(request.POST or None, initial={"left_at": now})
    del form.fields["ticket_copy"]

    def do(known):
        return actions.settle(stay, form=form.answers(), left_at=known["left_at"], by=request.member, at=now)

    return answer(request, stay, form, do, title="落户安置", verb="落户安置", hint="安置后继续寻亲")


@page(Permission.STAY_WORK, methods=("GET", "POST"))
def send_home(request, pk):
    stay, now = opened(request, pk), clock.now()
    form = forms.DatedForm(*_sent(request), kind="handover_form", initial={"on": clock.day_of(now)})

    def do(known):
        return actions.send_home(stay, form=form.answers(), on=known["on"], by=request.member, at=now)

    return answer(request, stay, form, do, title="安置后返乡", verb="办结返乡")
