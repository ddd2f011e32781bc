from django.urls import path

app_name = "caseload"
urlpatterns = []
