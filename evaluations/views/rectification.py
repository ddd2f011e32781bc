from django.shortcuts import render

from documents.render import pdf
from documents.serving import serve, show_pdf
from evaluations.queries import rectification as queries
from evaluations.rules import rectification as rules
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page


@page(Permission.EVALUATION_VIEW)
def order(request, pk):
    """One order: what is wrong and wanted, the agency's reply, the check, reminders, papers; both sides see the same clock."""
    on = clock.today()
    found = queries.get_order(request.member, pk, on=on)
    return render(request, "evaluations/rectification/order.html", shown(request.member, found, on=on))


def shown(member, row, *, on):
    """Everything on an order's page; acts only for those who may do them now."""
    manages, answers = queries.may_manage(member, row.contract), queries.may_reply(member, row.contract)
    is_open, waits = row.state in rules.OPEN, row.state in rules.WITH_AGENCY
    is_late = rules.is_late(state=row.state, due_on=row.due_on, on=on)
    return {
        "order": row,
        "contract": row.contract,
        "number": queries.number_of(row),
        "clock": queries.clock_of(row, on=on),
        "is_late": is_late,
        "reminders": row.reminders.select_related("by__account"),
        "counted": queries.reminders(row.contract),
        "papers": row.order_papers.select_related("file", "added_by__account"),
        "moves": row.moves.select_related("by__account").order_by("-at", "-id"),
        "consequences": queries.followed(row, member),
        "may_reply": answers and waits,
        "may_verify": manages and row.state == rules.REPLIED and row.replied_by_id != member.pk,
        "may_fail": manages and is_late,
        "may_remind": manages and not rules.remind_problems(state=row.state, due_on=row.due_on, today=on, words="·"),
        "may_withdraw": manages and is_open,
        "may_add_paper": queries.may_add_paper(member, row),
    }


@page(Permission.EVALUATION_VIEW)
def order_notice(request, pk):
    """The order as the purchaser sends it: a paper on A4."""
    found = queries.get_order(request.member, pk, on=clock.today())
    number = queries.number_of(found)
    context = {"order": found, "contract": found.contract, "number": number, "first_due": queries.first_due(found)}
    made = pdf.render("evaluations/rectification/notice_paper.html", context | {"demo": request.tenant.is_demo})
    return show_pdf(made, f"rectification-{found.no}")


@page(Permission.EVALUATION_VIEW)
def order_paper(request, pk):
    """A document of an order."""
    return serve(queries.get_paper(request.member, pk, on=clock.today()).file)
