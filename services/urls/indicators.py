from django.urls import path

from services.views import duplicates, indicators

urlpatterns = [
    path("contracts/<uuid:pk>/indicators/", indicators.contract_indicators, name="contract_indicators"),
    path("contracts/<uuid:pk>/value/", indicators.contract_value, name="contract_value"),
    path("indicators/<uuid:pk>/", indicators.indicator, name="indicator"),
    path("indicators/<uuid:pk>/rows/", indicators.indicator_rows, name="indicator_rows"),
    path("indicators/<uuid:pk>/duplicates/", duplicates.indicator_duplicates, name="indicator_duplicates"),
    path("contracts/<uuid:pk>/duplicates/", duplicates.duplicates, name="duplicates"),
    path("contracts/<uuid:pk>/duplicates/clear/", duplicates.clear_duplicate, name="clear_duplicate"),
]
