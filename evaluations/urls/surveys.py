"""Addresses of satisfaction surveys."""

from django.urls import path

from evaluations.views import survey_acts as acts
from evaluations.views import survey_papers as papers
from evaluations.views import surveys as pages

urlpatterns = [
    path("surveys/", pages.surveys, name="surveys"),
    path("surveys/contracts/<uuid:pk>/new/", pages.new_survey, name="new_survey"),
    path("surveys/<uuid:pk>/", pages.survey, name="survey"),
    path("surveys/<uuid:pk>/edit/", pages.edit_survey, name="edit_survey"),
    path("surveys/<uuid:pk>/questions/", pages.edit_questionnaire, name="edit_questionnaire"),
    path("surveys/<uuid:pk>/preview/", pages.preview_questionnaire, name="preview_questionnaire"),
    path("surveys/<uuid:pk>/draw/", acts.draw_sample, name="draw_survey"),
    path("surveys/<uuid:pk>/draw-more/", acts.draw_more, name="draw_more"),
    path("surveys/<uuid:pk>/open/", acts.open_survey, name="open_survey"),
    path("surveys/<uuid:pk>/close/", acts.close_survey, name="close_survey"),
    path("surveys/<uuid:pk>/link/", acts.survey_link, name="survey_link"),
    path("surveys/<uuid:pk>/slips/", acts.slips, name="slips"),
    path("surveys/<uuid:pk>/slips/print/", papers.print_slips, name="print_slips"),
    path("survey-slips/<uuid:pk>/state/", acts.note_slip, name="note_slip"),
    path("surveys/<uuid:pk>/enter/", acts.enter, name="enter_response"),
    path("surveys/<uuid:pk>/paper/", papers.blank_paper, name="blank_questionnaire"),
    path("surveys/<uuid:pk>/originals/", acts.originals, name="originals"),
    path("surveys/<uuid:pk>/originals/export/", papers.export_survey, name="export_survey"),
    path("surveys/<uuid:pk>/report/", papers.survey_report, name="survey_report"),
    path("survey-responses/<uuid:pk>/", acts.original, name="original"),
    path("survey-responses/<uuid:pk>/void/", acts.void_answer, name="void_answer"),
    path("survey-responses/<uuid:pk>/scan/", acts.original_scan, name="original_scan"),
]
