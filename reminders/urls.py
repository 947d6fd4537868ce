from django.conf import settings
from django.urls import URLPattern, path

from reminders import mailbox_views, views

app_name = "reminders"

ORGANIZATION = "<slug:organization>"

urlpatterns: list[URLPattern] = [
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path(f"{ORGANIZATION}/notifications/", views.preferences, name="preferences"),
    path(f"{ORGANIZATION}/delivery/", views.show_delivery, name="delivery"),
    path(f"{ORGANIZATION}/delivery/<int:pk>/trust/", views.trust_address, name="trust_address"),
]

if not settings.PRODUCTION:
    # Before everything that begins with an organization's name.
    urlpatterns += [
        path("dev/mail/", mailbox_views.mailbox_list, name="mailbox"),
        path("dev/mail/<str:name>/", mailbox_views.mailbox_letter, name="mailbox_letter"),
        path("dev/mail/<str:name>/html/", mailbox_views.mailbox_html, name="mailbox_html"),
    ]
