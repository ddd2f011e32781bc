"""Addresses of the agency's rating of the purchaser."""

from django.urls import path

from evaluations.views import ratings as pages

urlpatterns = [
    path("purchaser/", pages.ratings, name="ratings"),
    path("purchaser/contracts/<uuid:pk>/", pages.contract_ratings, name="contract_ratings"),
    path("purchaser/contracts/<uuid:pk>/<str:period>/", pages.rate, name="rate"),
    path("purchaser/contracts/<uuid:pk>/<str:period>/draft/", pages.save_rating, name="save_rating"),
    path("purchaser/contracts/<uuid:pk>/<str:period>/submit/", pages.submit_rating, name="submit_rating"),
    path("purchaser/contracts/<uuid:pk>/<str:period>/correct/", pages.correct_rating, name="correct_rating"),
]
