"""Addresses of inquiries."""

from django.urls import path

from evaluations.views import inquiries as pages

urlpatterns = [
    path("contracts/<uuid:pk>/inquiries/", pages.inquiries, name="inquiries"),
    path("contracts/<uuid:pk>/inquiries/new/", pages.new_inquiry, name="new_inquiry"),
    path("inquiries/<uuid:pk>/", pages.inquiry, name="inquiry"),
    path("inquiries/<uuid:pk>/answer/", pages.answer_inquiry, name="answer_inquiry"),
    path("inquiries/<uuid:pk>/arrive/", pages.arrive_inquiry, name="arrive_inquiry"),
    path("inquiries/<uuid:pk>/again/", pages.ask_inquiry_again, name="ask_inquiry_again"),
    path("inquiries/<uuid:pk>/close/", pages.close_inquiry, name="close_inquiry"),
    path("inquiries/<uuid:pk>/withdraw/", pages.withdraw_inquiry, name="withdraw_inquiry"),
    path("inquiries/<uuid:pk>/papers/", pages.add_inquiry_paper, name="add_inquiry_paper"),
    path("inquiry-papers/<uuid:pk>/file/", pages.inquiry_paper, name="inquiry_paper"),
]
