"""Organisations, and the calendar of working days."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from tenancy import actions, clock, holidays, queries, workdays
from tenancy.forms import CalendarDayForm, CalendarYearForm, HolidayImportForm, OrganisationForm
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
        "years": queries.calendar_years(),
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


@page(Permission.CALENDAR_EDIT, methods=("POST",))
def clear_calendar_day(request, pk):
    """Take a day off the table."""
    row = queries.get_calendar_day(pk)
    actions.clear_calendar_day(row, by=request.member, at=clock.now())
    messages.success(request, f"已删除 {row.day:%Y-%m-%d} {row.name}")
    return redirect(f"{reverse('tenancy:calendar', kwargs={'tenant': request.tenant.slug})}?year={row.day.year}")


@page(Permission.CALENDAR_EDIT, methods=("GET", "POST"))
def import_year(request):
    """A year's announcement: pasted or from the library, seen beside what stands, then taken over."""
    form = HolidayImportForm(request.POST or None, initial={"year": clock.today().year + 1})
    rows, beyond = [], []
    if form.is_valid():
        year = form.cleaned_data["year"]
        if request.POST.get("step") == "take":
            source = form.cleaned_data["source"]
            actions.take_year(year=year, announced=form.announced, source=source, by=request.member, at=clock.now())
            messages.success(request, f"已接收 {year} 年放假安排，期限随之重算")
            return redirect(f"{reverse('tenancy:calendar', kwargs={'tenant': request.tenant.slug})}?year={year}")
        stands = {row.day: (row.is_workday, row.name) for row in queries.calendar_days(year)}
        rows, beyond = holidays.compared(form.announced, stands)
    counts = {state: sum(row.state == state for row in rows) for state in ("new", "same", "other")}
    context = {"form": form, "rows": rows, "beyond": beyond, "counts": counts}
    return render(request, "tenancy/import_year.html", context, status=400 if form.errors else 200)
