"""One home a role: what waits for me, what others hold, what comes next."""

from django.shortcuts import render

from tenancy.permissions import ROLES, Permission
from tenancy.web import page


@page(Permission.HOME)
def desk(request):
    return render(request, f"config/home/{ROLES[request.member.role].home}.html", {})
