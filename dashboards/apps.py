from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "dashboards"

    def ready(self) -> None:
        from dashboards.sharing import end_links
        from teams.signals import membership_ends

        membership_ends.connect(end_links)
