from django.urls import path

from documents.views import jobs

app_name = "documents"
urlpatterns = [path("jobs/<uuid:pk>/", jobs.job, name="job")]
