from django.urls import path

from connectors.views import rates

app_name = "connectors"

urlpatterns = [
    path("<slug:organization>/settings/rates/import/", rates.import_rates, name="import_rates"),
]
