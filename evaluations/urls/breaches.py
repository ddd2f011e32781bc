"""Addresses of the register of breaches."""

from django.urls import path

from evaluations.views import breaches as pages

urlpatterns = [
    path("contracts/<uuid:pk>/breaches/", pages.breaches, name="breaches"),
    path("contracts/<uuid:pk>/breaches/new/", pages.new_breach, name="new_breach"),
    path("breaches/<uuid:pk>/", pages.breach, name="breach"),
    path("breaches/<uuid:pk>/state/", pages.state_breach, name="state_breach"),
    path("breaches/<uuid:pk>/confirm/", pages.confirm_breach, name="confirm_breach"),
    path("breaches/<uuid:pk>/drop/", pages.drop_breach, name="drop_breach"),
    path("breaches/<uuid:pk>/papers/", pages.add_breach_paper, name="add_breach_paper"),
    path("breach-papers/<uuid:pk>/file/", pages.breach_paper, name="breach_paper"),
]
