"""The contract file from the screen: what the tables say now, in the order and with the comments of the file that was loaded."""

from django.http import HttpResponse

from config import contract_file as files
from contracts.queries import get_contract
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page


@page(Permission.CONTRACT_MANAGE)
def contract_file(request, pk):
    contract = get_contract(request.member, pk, on=clock.today())
    headers = {"Content-Disposition": f'attachment; filename="{contract.code.lower()}.yaml"'}
    return HttpResponse(files.export(contract), content_type="application/yaml; charset=utf-8", headers=headers)
