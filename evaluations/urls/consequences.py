"""Addresses of what follows from a result."""

from django.urls import path

from evaluations.views import consequences as pages

urlpatterns = [
    path("consequences/", pages.consequences, name="consequences"),
    path("consequences/<uuid:pk>/", pages.consequence, name="consequence"),
    path("consequences/<uuid:pk>/decide/", pages.decide_consequence, name="decide_consequence"),
    path("consequences/<uuid:pk>/resume/", pages.resume_payment, name="resume_payment"),
]
