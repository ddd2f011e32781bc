"""Gives listed rows what people recognise them by: title, place, who wrote it, papers. One or two reads for a page."""

from dataclasses import replace

from caseload.models import Case, Group, RegisterEntry
from contracts.models import StaffPost
from services.indicators import conditions as c
from services.models import Answer, Clock, Deliverable, Incident, ServiceRecord


def present(rows, listing):
    """The rows of one source with their titles; everything personal stays masked."""
    if not rows:
        return []
    source = listing.promise.source
    queryset, tell = SOURCES[source]
    objects = {found.pk: found for found in queryset().filter(pk__in=[row.id for row in rows])}
    wanted = _papers_wanted(listing.promise)
    return [
        replace(
            row,
            **tell(objects[row.id], row, listing.labels),
            **_place(objects[row.id]),
            **_papers(objects[row.id], wanted, listing.labels),
        )
        for row in rows
        if row.id in objects
    ]


def _papers_wanted(promise):
    return tuple(
        dict.fromkeys(kind for condition in promise.gate if isinstance(condition, c.Papers) for kind in condition.kinds)
    )


def _papers(found, wanted, labels):
    have = getattr(found, "papers", ()) or ()
    return {"papers": [(labels.of("paper", kind), kind in have) for kind in wanted]}


def _place(found):
    area, street = getattr(found, "area", None), getattr(found, "street", None)
    names = [place.name for place in (street, area) if place is not None]
    return {"area": street or area, "place": " ".join(dict.fromkeys(names))}


def _record(record, row, labels):
    subject = record.household or record.case or record.group
    title = record.title or " ".join(
        filter(None, [labels.kind("record", record.kind), str(subject) if subject else ""])
    )
    note = (
        labels.choice("topic", record.facts["topic"])
        if isinstance(record.facts.get("topic"), str)
        else labels.kind("record", record.kind)
        if record.title
        else ""
    )
    return {
        "title": title,
        "note": note,
        "who": record.created_by.account.name,
        "figure": record.participants,
        "url_name": "services:record",
        "url_pk": record.pk,
    }


def _case(case, row, labels):
    return {
        "title": case.number,
        "note": case.get_state_display(),
        "who": case.worker.account.name,
        "url_name": "caseload:case",
        "url_pk": case.pk,
    }


def _group(group, row, labels):
    return {
        "title": group.title,
        "note": group.get_state_display(),
        "who": group.leader.account.name,
        "figure": group.members,
        "url_name": "caseload:group",
        "url_pk": group.pk,
    }


def _entry(entry, row, labels):
    subject = entry.person or entry.household
    title = str(subject) if subject is not None else entry.label
    note = entry.household.number if entry.person is not None and entry.household is not None else ""
    url = {"url_name": "caseload:household", "url_pk": entry.household_id} if entry.household_id else {}
    return {"title": title, "note": note, **url}


def _post(post, row, labels):
    return {"title": post.name, "note": f"{post.get_side_display()} {labels.of('post', post.post)}"}


def _answer(answer, row, labels):
    return {
        "title": labels.of("kind", answer.kind),
        "note": answer.case.number if answer.case is not None else "",
        "figure": answer.score,
    }


def _deliverable(paper, row, labels):
    who = paper.delivered_by.account.name if paper.delivered_by is not None else ""
    return {"title": paper.title, "note": labels.of("document", paper.kind), "who": who}


def _incident(incident, row, labels):
    return {
        "title": incident.title,
        "note": labels.of("incident", incident.kind),
        "who": incident.reported_by.account.name,
        "url_name": "services:incident",
        "url_pk": incident.pk,
    }


def _clock(clock, row, labels):
    subject = clock.case or clock.household
    note = "" if clock.stopped_at is not None else "未完成"
    title = " ".join(filter(None, [labels.of("clock", clock.kind), str(subject) if subject else ""]))
    who = clock.recorded_by.account.name
    return {"title": title, "note": note, "who": who, "url_name": "services:clock", "url_pk": clock.pk}


SOURCES = {
    "record": (
        lambda: ServiceRecord.objects.select_related(
            "household", "case", "group", "area", "street", "created_by__account"
        ),
        _record,
    ),
    "case": (lambda: Case.objects.select_related("area", "street", "worker__account"), _case),
    "group": (lambda: Group.objects.select_related("area", "street", "leader__account"), _group),
    "register": (lambda: RegisterEntry.objects.select_related("household", "person", "area", "street"), _entry),
    "staff": (lambda: StaffPost.objects.select_related("area", "street"), _post),
    "answer": (lambda: Answer.objects.select_related("case", "area", "street"), _answer),
    "incident": (
        lambda: Incident.objects.select_related("area", "street", "reported_by__account"),
        _incident,
    ),
    "clock": (
        lambda: Clock.objects.select_related("area", "street", "household", "case", "recorded_by__account"),
        _clock,
    ),
    "document": (lambda: Deliverable.objects.select_related("area", "street", "delivered_by__account"), _deliverable),
}


def register(source, queryset, tell):
    """How the rows of a source of an app to our left are told: `tell(object, row, labels)` gives the fields of a ListedRow."""
    SOURCES[source] = (queryset, tell)


def subjects_named(contract, register, subjects):
    """{subject: its household number, masked name or label}"""
    entries = RegisterEntry.objects.filter(contract=contract, kind=register, subject__in=subjects).select_related(
        "household", "person"
    )
    return {entry.subject: str(entry.person or entry.household or entry.label) for entry in entries}
