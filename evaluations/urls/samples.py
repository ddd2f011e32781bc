"""Addresses of a round's sample, evidence pack and report."""

from django.urls import path

from evaluations.views import reports
from evaluations.views import samples as pages

urlpatterns = [
    path("rounds/<uuid:pk>/samples/", pages.samples, name="samples"),
    path("rounds/<uuid:pk>/samples/draw/", pages.draw_sample, name="draw_sample"),
    path("samples/<uuid:pk>/", pages.open_sample, name="sample"),
    path("samples/<uuid:pk>/mark/", pages.mark_sample, name="mark_sample"),
    path("samples/<uuid:pk>/photos/<uuid:paper>/", pages.sample_photo, name="sample_photo"),
    path("rounds/<uuid:pk>/pack/", pages.pack, name="pack"),
    path("rounds/<uuid:pk>/pack/make/", pages.ask_pack, name="ask_pack"),
    path("rounds/<uuid:pk>/pack/file/", pages.download_pack, name="download_pack"),
    path("rounds/<uuid:pk>/report/<str:kind>/", reports.round_report, name="round_report"),
]
