from django.urls import path

from documents.views import files, jobs

app_name = "documents"
urlpatterns = [
    path("jobs/<uuid:pk>/", jobs.job, name="job"),
    path("<uuid:pk>/", files.file, name="file"),
    path("<uuid:pk>/small/", files.thumbnail, name="thumbnail"),
]
