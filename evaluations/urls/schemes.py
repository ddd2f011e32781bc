"""Addresses of schemes of evaluation."""

from django.urls import path

from evaluations.views import scheme_acts as acts
from evaluations.views import schemes as pages

urlpatterns = [
    path("contracts/<uuid:pk>/schemes/", pages.schemes, name="schemes"),
    path("contracts/<uuid:pk>/schemes/<str:evaluation>/new/", acts.start_scheme, name="start_scheme"),
    path("schemes/<uuid:pk>/", pages.scheme_version, name="scheme_version"),
    path("schemes/<uuid:pk>/compare/", pages.compare_schemes, name="compare_schemes"),
    path("schemes/<uuid:pk>/redraft/", acts.redraft_scheme, name="redraft_scheme"),
    path("schemes/<uuid:pk>/edit/", acts.edit_scheme, name="edit_scheme"),
    path("schemes/<uuid:pk>/adopt/", acts.adopt_scheme, name="adopt_scheme"),
    path("schemes/<uuid:pk>/drop/", acts.drop_scheme, name="drop_scheme"),
]
