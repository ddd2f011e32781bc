"""All addresses. Everything of a tenant lies under its slug."""

from django.urls import include, path

from config import contract_download, gallery, health
from config.home import views as home
from evaluations.views import answering
from services.views import scanned

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("gallery/phone/", gallery.phone, name="gallery_phone"),
    path("", include("tenancy.urls.door")),
    path("qd/<str:token>/", scanned.scanned, name="scanned"),
    path("dc/<str:token>/", answering.answer, name="answering"),
    path("<slug:tenant>/", home.desk, name="desk"),
    path("<slug:tenant>/manage/", include("tenancy.urls.bureau")),
    path("<slug:tenant>/contracts/<uuid:pk>/file/", contract_download.contract_file, name="contract_file"),
    path("<slug:tenant>/contracts/", include("config.setup.urls")),
    path("<slug:tenant>/contracts/", include("config.amending.urls")),
    path("<slug:tenant>/contracts/", include("contracts.urls")),
    path("<slug:tenant>/caseload/", include("caseload.urls")),
    path("<slug:tenant>/services/", include("services.urls")),
    path("<slug:tenant>/evaluations/", include("evaluations.urls")),
    path("<slug:tenant>/payments/", include("payments.urls")),
    path("<slug:tenant>/files/", include("documents.urls")),
]
