from django.apps import AppConfig


class GoalsConfig(AppConfig):
    name = "goals"

    def ready(self) -> None:
        from goals.uses import closed_goals_over, goals_that_use, refuse_another_currency
        from kpis.signals import closed_uses, kpi_uses
        from teams.signals import currency_changes

        kpi_uses.connect(goals_that_use)
        closed_uses.connect(closed_goals_over)
        currency_changes.connect(refuse_another_currency)
