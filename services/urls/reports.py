from django.urls import path

from services.views import reports

urlpatterns = [
    path("reports/", reports.reports, name="reports"),
    path("reports/<uuid:pk>/", reports.report, name="report"),
    path("reports/<uuid:pk>/papers/", reports.report_papers, name="report_papers"),
    path("reports/<uuid:pk>/papers/make/", reports.make_papers, name="make_papers"),
    path("reports/<uuid:pk>/file.<str:kind>", reports.report_file, name="report_file"),
    path("reports/<uuid:pk>/photos/<uuid:file>/", reports.report_photo, name="report_photo"),
    path("reports/<uuid:pk>/save/", reports.save_report, name="save_report"),
    path("reports/<uuid:pk>/submit/", reports.submit_report, name="submit_report"),
    path("reports/<uuid:pk>/accept/", reports.accept_report, name="accept_report"),
    path("reports/<uuid:pk>/return/", reports.return_report, name="return_report"),
]
