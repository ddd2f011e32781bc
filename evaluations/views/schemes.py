from django.shortcuts import render

from contracts.queries import get_contract, sees_money
from evaluations.queries import schemes as queries
from evaluations.rules import scheme_telling as telling
from evaluations.rules import schemes as rules
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page


@page(Permission.EVALUATION_VIEW)
def schemes(request, pk):
    """A contract's evaluations, each with the scheme by which it is scored."""
    on = clock.today()
    contract = get_contract(request.member, pk, on=on)
    known = queries.section(request.member, contract, on) or {"scheme_rows": [], "may_edit_schemes": False}
    return render(request, "evaluations/schemes/list.html", known | {"contract": contract})


@page(Permission.EVALUATION_VIEW)
def scheme_version(request, pk):
    """One version of a scheme: parties, dimensions and items, and what the contract ties to the result."""
    version = queries.get_version(request.member, pk, on=clock.today())
    return render(request, "evaluations/schemes/version.html", version_page(version, request.member))


def version_page(version, member, refusal=None):
    """Everything on a version's page; a draft with faults shows these in place of the table."""
    contract, faults = version.scheme.contract, queries.faults_of(version) if version.state == "draft" else []
    scheme = rules.parse(version.definition) if not rules.faults(version.definition) else None
    titles = dict(contract.indicators.values_list("code", "title"))
    manages = queries.may_manage(member, contract)
    versions = list(queries.versions_of(version.scheme))
    shows_money = sees_money(member, contract, on=clock.today())
    return {
        "version": version,
        "contract": contract,
        "said": queries.said_of(contract, version.scheme.evaluation),
        "scheme": scheme,
        "groups": _groups(scheme, titles) if scheme else [],
        "parties": [(party, telling.party_told(party), scheme.marks_of(party.code)) for party in scheme.parties] if scheme else [],
        "consequences": queries.consequences_told(contract, version.scheme.evaluation, shows_money=shows_money),
        "versions": versions,
        "faults": [telling.fault_told(version.definition, fault) for fault in faults],
        "refusal": refusal,
        "may_edit": manages and version.state == "draft",
        "may_draft": manages and version.state == "adopted" and not any(one.state == "draft" for one in versions),
    }  # fmt: skip


def _groups(scheme, titles):
    """(dimension, [(item, how it is scored, facts beside it, who scores it)])"""
    parties = {party.code: party.title for party in scheme.parties} | {rules.SELF: "自评"}
    return [
        (
            dimension,
            [
                (
                    item,
                    telling.item_told(item, has_points=scheme.has_points),
                    [titles.get(code, code) for code in dict.fromkeys(filter(None, (item.indicator, *item.facts)))],
                    [parties[code] for code in item.by],
                )
                for item in dimension.items
            ],
        )
        for dimension in scheme.dimensions
    ]


@page(Permission.EVALUATION_VIEW)
def compare_schemes(request, pk):
    """What a version makes different from another one of the same scheme, or from the one before it."""
    version = queries.get_version(request.member, pk, on=clock.today())
    versions = list(queries.versions_of(version.scheme))
    wanted = request.GET.get("with", "")
    older = [one for one in versions if one.no < version.no]
    other = next((one for one in versions if str(one.no) == wanted), older[0] if older else None)
    pair = [one for one in (other, version) if one is not None]
    wrong = [one for one in pair if rules.faults(one.definition)]
    rows = None
    if other is not None and not wrong:
        rows = telling.differences(*(rules.parse(one.definition) for one in pair))
    context = {"version": version, "other": other, "versions": versions, "rows": rows, "wrong": wrong}
    return render(request, "evaluations/schemes/compare.html", context | {"contract": version.scheme.contract})
