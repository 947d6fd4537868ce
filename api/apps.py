from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "api"

    def ready(self) -> None:
        from api.actions import end_tokens
        from teams.signals import membership_ends

        membership_ends.connect(end_tokens)
