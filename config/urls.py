"""All addresses. Everything of a tenant lies under its slug."""

from django.urls import include, path


urlpatterns = [
    path("", include("tenancy.urls")),
    path("<slug:tenant>/contracts/", include("contracts.urls")),
    path("<slug:tenant>/caseload/", include("caseload.urls")),
    path("<slug:tenant>/services/", include("services.urls")),
    path("<slug:tenant>/evaluations/", include("evaluations.urls")),
    path("<slug:tenant>/payments/", include("payments.urls")),
    path("<slug:tenant>/files/", include("documents.urls")),
]
