from django.urls import path

from services.views import follow_ups

urlpatterns = [
    path("contracts/<uuid:pk>/follow-up/", follow_ups.follow_up, name="follow_up"),
    path("contracts/<uuid:pk>/follow-up/make/", follow_ups.make_plan, name="make_plan"),
    path("contracts/<uuid:pk>/follow-up/keep/", follow_ups.keep_in_step, name="keep_plan"),
    path("contracts/<uuid:pk>/follow-up/hand-over/", follow_ups.hand_over, name="hand_over"),
    path("follow-ups/<uuid:pk>/visit/", follow_ups.visit, name="visit"),
    path("follow-ups/<uuid:pk>/day/", follow_ups.put_off, name="put_off"),
]
