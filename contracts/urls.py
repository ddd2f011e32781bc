from django.urls import path

from contracts.views import acts, pages

app_name = "contracts"
urlpatterns = [
    path("", pages.contracts, name="contracts"),
    path("<uuid:pk>/", pages.contract, name="contract"),
    path("<uuid:pk>/overview/", pages.overview, name="overview"),
    path("<uuid:pk>/people/", pages.people, name="people"),
    path("<uuid:pk>/people/add/", acts.add_staff_post, name="add_staff_post"),
    path("<uuid:pk>/people/grant/", acts.grant_reading, name="grant_reading"),
    path("posts/<uuid:pk>/end/", acts.end_staff_post, name="end_staff_post"),
    path("posts/<uuid:pk>/verify/", acts.verify_staff_post, name="verify_staff_post"),
    path("grants/<uuid:pk>/end/", acts.end_grant, name="end_grant"),
    path("debarments/<uuid:pk>/lift/", acts.lift_debarment, name="lift_debarment"),
    path("readings/<uuid:pk>/decide/", acts.decide_reading, name="decide_reading"),
]
