from django.apps import AppConfig


class KpisConfig(AppConfig):
    name = "kpis"

    def ready(self) -> None:
        from kpis.rates import refuse_another_currency
        from teams.signals import currency_changes

        currency_changes.connect(refuse_another_currency)
