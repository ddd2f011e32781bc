"""Addresses of spot checks."""

from django.urls import path

from evaluations.views import spot_checks as pages

urlpatterns = [
    path("contracts/<uuid:pk>/spot-checks/", pages.spot_checks, name="spot_checks"),
    path("contracts/<uuid:pk>/spot-checks/new/", pages.new_spot_check, name="new_spot_check"),
    path("spot-checks/<uuid:pk>/", pages.spot_check, name="spot_check"),
    path("spot-checks/<uuid:pk>/note/", pages.note_spot_check, name="note_spot_check"),
    path("spot-checks/<uuid:pk>/lines/", pages.add_check_line, name="add_check_line"),
    path("spot-checks/<uuid:pk>/close/", pages.close_spot_check, name="close_spot_check"),
]
