"""Addresses of changes of the project lead."""

from django.urls import path

from evaluations.views import leads as pages

urlpatterns = [
    path("contracts/<uuid:pk>/lead-changes/", pages.lead_changes, name="lead_changes"),
    path("contracts/<uuid:pk>/lead-changes/new/", pages.new_lead_change, name="new_lead_change"),
    path("lead-changes/<uuid:pk>/", pages.lead_change, name="lead_change"),
    path("lead-changes/<uuid:pk>/consent/", pages.consent_lead_change, name="consent_lead_change"),
    path("lead-changes/<uuid:pk>/refuse/", pages.refuse_lead_change, name="refuse_lead_change"),
    path("lead-changes/<uuid:pk>/withdraw/", pages.withdraw_lead_change, name="withdraw_lead_change"),
    path("lead-changes/<uuid:pk>/paper/", pages.lead_change_paper, name="lead_change_paper"),
]
