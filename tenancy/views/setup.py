"""Organisations, and the calendar of working days."""

from django.contrib import messages
from django.shortcuts import redirect, render

from tenancy import actions, clock, queries, workdays
from tenancy.forms import CalendarDayForm, CalendarYearForm, OrganisationForm
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page


@page(Permission.PEOPLE_MANAGE)
def organisations(request):
    return render(request, "tenancy/organisations.html", {"rows": queries.organisations()})


@page(Permission.PEOPLE_MANAGE, methods=("GET", "POST"))
def add_organisation(request):
    form = OrganisationForm(request.POST or None)
    if form.is_valid():
        try:
            actions.add_organisation(**form.cleaned_data, by=request.member, at=clock.now())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"已登记{form.cleaned_data['short_name']}")
            return redirect("tenancy:organisations", tenant=request.tenant.slug)
    return render(request, "tenancy/add_organisation.html", {"form": form}, status=400 if form.errors else 200)


@page(Permission.CALENDAR_EDIT)
def calendar(request):
    return _calendar_page(request, CalendarDayForm(), CalendarYearForm())


def _calendar_page(request, day_form, year_form, status=200):
    asked = request.GET.get("year", "")
    # A year that no calendar can show is this year; str.isdigit() also takes digits that int() refuses.
    year = int(asked) if asked.isdecimal() and len(asked) == 4 and "1900" < asked < "3000" else clock.today().year
    context = {
        "year": year,
        "months": queries.calendar_months(year, workdays.calendar()),
        "days": queries.calendar_days(year),
        "published": queries.calendar_year(year),
        "day_form": day_form,
        "year_form": year_form,
    }
    return render(request, "tenancy/calendar.html", context, status=status)


@page(Permission.CALENDAR_EDIT, methods=("POST",))
def set_calendar_day(request):
    form = CalendarDayForm(request.POST)
    if not form.is_valid():
        return _calendar_page(request, form, CalendarYearForm(), status=400)
    row = actions.set_calendar_day(**form.cleaned_data, by=request.member, at=clock.now())
    messages.success(request, f"已登记 {row.day:%Y-%m-%d} {'上班' if row.is_workday else '休息'}")
    return redirect(f"{request.path.removesuffix('day/')}?year={row.day.year}")


@page(Permission.CALENDAR_EDIT, methods=("POST",))
def publish_year(request):
    form = CalendarYearForm(request.POST)
    if not form.is_valid():
        return _calendar_page(request, CalendarDayForm(), form, status=400)
    row = actions.publish_year(**form.cleaned_data, by=request.member, at=clock.now())
    messages.success(request, f"{row.year} 年放假安排已标为公布")
    return redirect(f"{request.path.removesuffix('year/')}?year={row.year}")
