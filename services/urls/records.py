from django.urls import path

from services.views import answers, case_files, deliverables, duties, entry, records
from services.views import today as first_page

urlpatterns = [
    path("today/", first_page.today, name="today"),
    path("calendar/", duties.calendar, name="calendar"),
    path("load/", duties.load, name="load"),
    path("records/", records.records, name="records"),
    path("records/new/", entry.new_record, name="new_record"),
    path("records/waiting/", records.verification, name="verification"),
    path("records/<uuid:pk>/", records.record, name="record"),
    path("records/<uuid:pk>/edit/", entry.edit_record, name="edit_record"),
    path("records/<uuid:pk>/verify/", records.verify_record, name="verify_record"),
    path("records/<uuid:pk>/return/", records.return_record, name="return_record"),
    path("records/<uuid:pk>/withdraw/", records.withdraw_record, name="withdraw_record"),
    path("records/<uuid:pk>/text/", records.reveal_narrative, name="reveal_narrative"),
    path("records/<uuid:pk>/papers/<uuid:evidence>/", records.evidence, name="evidence"),
    path("records/<uuid:pk>/papers/<uuid:evidence>/small/", records.evidence_small, name="evidence_small"),
    path("records/<uuid:pk>/papers/<uuid:evidence>/remove/", entry.remove_evidence, name="remove_evidence"),
    path("cases/<uuid:pk>/sessions/", records.case_sessions, name="case_sessions"),
    path("cases/<uuid:pk>/print/", case_files.print_case, name="print_case"),
    path("case-files/<uuid:pk>/", case_files.case_file, name="case_file"),
    path("case-files/<uuid:pk>/open/", case_files.open_case_file, name="open_case_file"),
    path("cases/<uuid:pk>/answer/", answers.record_answer, name="record_answer"),
    path("contracts/<uuid:pk>/deliverables/", deliverables.deliverables, name="deliverables"),
    path("contracts/<uuid:pk>/deliverables/new/", deliverables.deliver, name="deliver"),
    path("deliverables/<uuid:pk>/", deliverables.deliverable_file, name="deliverable_file"),
    path("deliverables/<uuid:pk>/accept/", deliverables.accept_deliverable, name="accept_deliverable"),
    path("deliverables/<uuid:pk>/return/", deliverables.return_deliverable, name="return_deliverable"),
]
