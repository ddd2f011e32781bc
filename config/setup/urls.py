from django.urls import path

from config.setup.views import contract, indicators, readings, sections, start

app_name = "setup"
urlpatterns = [
    path("new/", start.start, name="start"),
    path("new/blank/", start.blank, name="blank"),
    path("new/file/", start.upload, name="upload"),
    path("new/library/", start.pattern, name="pattern"),
    path("<uuid:pk>/setup/", contract.contract, name="contract"),
    path("<uuid:pk>/setup/said/", contract.agreement, name="agreement"),
    path("<uuid:pk>/setup/activate/", contract.activate, name="activate"),
    path("<uuid:pk>/setup/sections/<slug:part>/", sections.section, name="section"),
    path("<uuid:pk>/setup/indicators/new/", indicators.new_indicator, name="new_indicator"),
    path("<uuid:pk>/setup/indicators/trial/", indicators.trial, name="trial"),
    path("indicators/<uuid:pk>/edit/", indicators.indicator, name="indicator"),
    path("indicators/<uuid:pk>/remove/", indicators.remove_indicator, name="remove_indicator"),
    path("indicators/<uuid:pk>/reading/", readings.reading, name="reading"),
    path("indicators/<uuid:pk>/said/", readings.said, name="said"),
    path("indicators/<uuid:pk>/confirm/", readings.confirm, name="confirm"),
    path("indicators/<uuid:pk>/object/", readings.object_to, name="object"),
]
