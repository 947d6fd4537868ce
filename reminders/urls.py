from django.conf import settings
from django.urls import URLPattern, path

from reminders import bell_views, bounces, delivery_views, feed_views, mailbox_views, nudge_views, views

app_name = "reminders"

ORGANIZATION = "<slug:organization>"

urlpatterns: list[URLPattern] = [
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path(f"{ORGANIZATION}/notifications/", views.preferences, name="preferences"),
    path(f"{ORGANIZATION}/notifications/everyone/", views.for_everyone, name="for_everyone"),
    path("calendar/<str:token>.ics", feed_views.feed, name="feed"),
    path(f"{ORGANIZATION}/calendar/", feed_views.calendar, name="calendar"),
    path(f"{ORGANIZATION}/calendar/<int:pk>/revoke/", feed_views.revoke_feed, name="revoke_feed"),
    path(f"{ORGANIZATION}/bell/", bell_views.show_bell, name="bell"),
    path(f"{ORGANIZATION}/bell/count/", bell_views.bell_count, name="bell_count"),
    path(f"{ORGANIZATION}/bell/read/", bell_views.read_all, name="read_all"),
    path(f"{ORGANIZATION}/bell/<int:pk>/open/", bell_views.open_item, name="open_item"),
    path(f"{ORGANIZATION}/bell/<int:pk>/done/", bell_views.mark_done, name="mark_done"),
    path(f"{ORGANIZATION}/goals/<int:pk>/nudge/", nudge_views.nudge, name="nudge"),
    path(f"{ORGANIZATION}/delivery/", delivery_views.show_delivery, name="delivery"),
    path(f"{ORGANIZATION}/delivery/<int:pk>/trust/", delivery_views.trust_address, name="trust_address"),
    path(f"{ORGANIZATION}/delivery/<int:pk>/resend/", delivery_views.resend, name="resend"),
    path(f"{ORGANIZATION}/delivery/hold/", delivery_views.hold, name="hold"),
]

if settings.MAIL_PROVIDER:
    urlpatterns.append(bounces.address_of(settings.MAIL_PROVIDER))

if not settings.PRODUCTION:
    # Before everything that begins with an organization's name.
    urlpatterns += [
        path("dev/mail/", mailbox_views.mailbox_list, name="mailbox"),
        path("dev/mail/<str:name>/", mailbox_views.mailbox_letter, name="mailbox_letter"),
        path("dev/mail/<str:name>/html/", mailbox_views.mailbox_html, name="mailbox_html"),
    ]
