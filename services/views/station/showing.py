"""What the pages of a station share: who may do what, how an act's refusal is told, how a stay is shown."""

from django.db import transaction

from caseload.models import Stay
from caseload.queries import station as stays
from caseload.rules import station as rules
from contracts.models import Contract
from documents.actions import files
from services.queries import station as queries
from tenancy.clock import day_of
from tenancy.permissions import Permission, allows
from tenancy.problems import Refused

# Acts that the station decides on; the others are the agency's.
DECISIONS = frozenset({"confirm_plan", "return_plan", "refuse"})


def _runs(contract):
    return contract.state == Contract.State.ACTIVE


def may_work(member, contract):
    """Whether the member's agency performs the contract, and the member works on stays."""
    return _runs(contract) and contract.provider_id == member.organisation_id and allows(member, Permission.STAY_WORK)


def may_decide(member, contract):
    """Whether the member decides for the station."""
    return _runs(contract) and contract.purchaser_id == member.organisation_id and allows(member, Permission.STAY_CONFIRM)  # fmt: skip


def may_receive(member, contract):
    """Whether the member may take people in."""
    return may_work(member, contract) or may_decide(member, contract)


def attempted(request, form, do):
    """What the act returned, or None; what it refuses is told on the form, what was typed stays."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        with transaction.atomic():
            return do(form.cleaned_data)
    except Refused as refused:
        form.add_error(None, [refused.message, *map(str, refused.problems)])
        return None


def kept(upload, *, by, at):
    """Store a paper that came with a form; None when there was none."""
    return files.store(upload, allow={"image", "paper"}, by=by, at=at) if upload else None


def acts_of(stay, member):
    """[(verb, word)] of what the member can do now, the main act first."""
    found = []
    for verb in rules.next_acts(stay.state, is_identified=stay.is_identified, is_leaving=stay.leaving_at is not None):
        is_mine = may_decide(member, stay.contract) if verb in DECISIONS else may_work(member, stay.contract)
        if is_mine and verb not in ("add_paper", "confirm_plan"):
            found.append(
                (verb, "修订照料方案" if verb == "submit_plan" and stay.state == "cared" else rules.VERBS[verb])
            )
    return found


def person_lines(stay, member):
    """[(field, word, value as the member may see it before asking)] of the basic information; masked."""
    fields = [("name", "姓名"), ("id_number", "身份证号"), ("phone", "联系电话"), ("native_place", "户籍地"), ("features", "体貌特征"), ("kin", "亲属及联系方式"), ("belongings", "随身物品")]  # fmt: skip
    return [(name, word, str(getattr(stay, name))) for name, word in fields if getattr(stay, name)]


def parts_of(stay, papers):
    """[(word, is there, [(paper, label)])] of the five-part file."""
    laid = {}
    for paper in papers:
        laid.setdefault(rules.part_of(paper.kind), []).append((paper, rules.paper_label(paper.kind)))
    there = stay.entry.papers if stay.entry else ()
    return [(word, is_there, laid.get(part, [])) for part, word, is_there in rules.parts_there(there)]


def event(move):
    """A step of the history as the timeline shows it."""
    who = f"{move.by.organisation.short_name}　{move.by.account.name}" if move.by else ""
    return {"at": move.at, "text": rules.VERBS[move.verb], "by": who, "note": move.reason}


def needs_of(stay):
    """The words of the care that somebody needs."""
    return [word for fact, word in rules.NEEDS.items() if stay.entry and stay.entry.facts.get(fact)]


def stay_page(member, stay, *, now):
    """The context of a resident's page."""
    papers, on = list(stays.stay_papers(stay)), day_of(now)
    handles = stays.handles_stay(member, stay)
    line = queries.line_of(stay, member, now=now) if stay.entry else None
    acts = acts_of(stay, member)
    plan = next((paper for paper in reversed(papers) if paper.kind == "care_plan"), None)
    return {
        "stay": stay, "contract": stay.contract, "line": line, "name": queries.name_of(stay, member), "handles": handles, "now": now,
        "acts": acts[1:], "main_act": acts[0] if acts else None, "parts": parts_of(stay, papers), "person": person_lines(stay, member),
        "clocks": queries.clocks_of(stay, now=now) if stay.entry else [], "tracings": stays.tracings(stay), "needs": needs_of(stay),
        "history": [event(move) for move in reversed(list(stays.stay_history(stay)))], "earlier": list(stays.earlier_stays(stay)),
        "works": may_work(member, stay.contract), "decides": may_decide(member, stay.contract), "forms": own_forms(stay, member),
        "state": (rules.STATE_KINDS[stay.state], rules.STATE_LABELS[stay.state]), "gaps": leaving_gaps(stay, papers),
        "plan": plan, "plan_lines": plan_lines(plan) if plan and handles and stay.state == "planned" else [], "on": on, "is_present": stay.state in rules.PRESENT,
    }  # fmt: skip


def plan_lines(paper):
    """[(question, answer)] of a care plan that waits, for whoever decides on it."""
    sections = rules.told("care_plan", stays.stay_answers(paper))
    return [(question.label, text) for _, lines in sections for question, text in lines if text]


def own_forms(stay, member):
    """[(kind, title)] of the forms that the member may file on their own now."""
    if not rules.allowed("add_paper", stay.state):
        return []
    kinds = ["feedback"]
    if stay.state in rules.PRESENT:
        kinds += ["own_leave"] if stay.way in ("", Stay.Way.OWN) else []
        kinds += ["handover_form"] if stay.way in rules.NEEDS_RECEIVER or not stay.is_identified else []
        kinds += ["termination"] if stay.way in ("", Stay.Way.ENDED) else []
        kinds += [] if stay.is_identified else ["settlement_decision"]
    mine = [kind for kind in kinds if (may_decide if kind in rules.STATION_FORMS else may_work)(member, stay.contract)]
    return [(kind, rules.FORMS[kind].title) for kind in mine]


def leaving_gaps(stay, papers):
    """What is still missing before the stay can be closed; nothing before somebody is going to leave."""
    if stay.leaving_at is None or stay.state not in rules.PRESENT:
        return []
    return rules.leaving_gaps(stay, {paper.kind for paper in papers})
