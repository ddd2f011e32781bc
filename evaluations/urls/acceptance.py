"""Addresses of acceptance."""

from django.urls import path

from evaluations.views import acceptance as pages
from evaluations.views import acceptance_acts as acts

urlpatterns = [
    path("", pages.acceptances, name="acceptances"),
    path("contracts/<uuid:pk>/request/", acts.request_acceptance, name="request_acceptance"),
    path("<uuid:pk>/", pages.acceptance, name="acceptance"),
    path("<uuid:pk>/schedule/", acts.schedule, name="schedule"),
    path("<uuid:pk>/sign/", acts.sign, name="sign"),
    path("<uuid:pk>/conclude/", acts.conclude, name="conclude"),
    path("<uuid:pk>/papers/", acts.add_paper, name="add_paper"),
    path("<uuid:pk>/appeal/", acts.appeal, name="appeal"),
    path("appeals/<uuid:pk>/reply/", acts.reply_appeal, name="reply_appeal"),
    path("papers/<uuid:pk>/file/", pages.paper_file, name="paper_file"),
]
