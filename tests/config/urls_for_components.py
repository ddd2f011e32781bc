from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("<slug:tenant>/things/<int:pk>/", lambda request, tenant, pk: HttpResponse(), name="thing")]
