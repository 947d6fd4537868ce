"""The addresses of an installation whose provider is Postmark."""

from django.urls import include, path

from reminders.bounces import address_of

urlpatterns = [address_of("postmark"), path("", include("smartgoals.urls"))]
