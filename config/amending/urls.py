from django.urls import path

from config.amending import views

app_name = "amending"
urlpatterns = [
    path("<uuid:pk>/amendments/", views.amendments, name="amendments"),
    path("<uuid:pk>/amendments/new/", views.propose, name="propose"),
    path("<uuid:pk>/amendments/what-if/", views.try_changes, name="what_if"),
    path("amendments/<uuid:pk>/", views.amendment, name="amendment"),
    path("amendments/<uuid:pk>/confirm/", views.confirm, name="confirm"),
    path("amendments/<uuid:pk>/refuse/", views.refuse, name="refuse"),
    path("amendments/<uuid:pk>/withdraw/", views.withdraw, name="withdraw"),
]
