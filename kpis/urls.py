from django.urls import path

from kpis.views import behind, breakdown, definitions, entries, files, numbers, rates

app_name = "kpis"

KPIS = "<slug:organization>/kpis"
KPI = f"{KPIS}/<int:pk>"
ENTRIES = "<slug:organization>/entries"
ENTRY = f"{ENTRIES}/<int:pk>"
RATES = "<slug:organization>/settings/rates"

urlpatterns = [
    path(f"{KPIS}/", numbers.kpis, name="list"),
    path(f"{KPIS}/catalogue/", definitions.catalogue, name="catalogue"),
    path(f"{KPIS}/add/", definitions.add, name="add"),
    path(f"{KPIS}/new/", definitions.new, name="new"),
    path(f"{KPIS}/check/", definitions.check, name="check"),
    path(f"{KPI}/", numbers.detail, name="detail"),
    path(f"{KPI}/breakdown/", breakdown.breakdown, name="breakdown"),
    path(f"{KPI}/entries/", behind.entries, name="behind"),
    path(f"{KPI}/series/file/", files.series, name="series_file"),
    path(f"{KPI}/breakdown/file/", files.breakdown, name="breakdown_file"),
    path(f"{KPI}/entries/file/", files.entries, name="entries_file"),
    path(f"{KPI}/edit/", definitions.edit, name="edit"),
    path(f"{KPI}/archive/", definitions.archive, name="archive"),
    path(f"{KPI}/delete/", definitions.delete, name="delete"),
    path(f"{KPI}/revive/", definitions.revive, name="revive"),
    path(f"{ENTRIES}/", entries.entries, name="entries"),
    path(f"{ENTRIES}/log/", entries.log, name="log"),
    path(f"{ENTRY}/", entries.entry, name="entry"),
    path(f"{ENTRY}/correct/", entries.correct, name="correct"),
    path(f"{ENTRY}/withdraw/", entries.withdraw, name="withdraw"),
    path(f"{ENTRY}/restore/", entries.restore, name="restore"),
    path(f"{RATES}/", rates.rates, name="rates"),
    path(f"{RATES}/<int:pk>/remove/", rates.remove_rate, name="remove_rate"),
]
