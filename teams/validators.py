"""What an organization's own words must not be."""

from functools import cache
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# First parts of addresses that belong to the product itself.
RESERVED_SLUGS = frozenset(
    {
        "account",
        "accounts",
        "admin",
        "anymail",
        "api",
        "calendar",
        "dev",
        "healthz",
        "invitation",
        "me",
        "metrics",
        "offline",
        "readyz",
        "shared",
    }
    | {"start", "static", "unsubscribe", "www"}
)


@cache
def time_zones() -> frozenset[str]:
    """Read once: the names lie in hundreds of files."""
    return frozenset(available_timezones())


def validate_time_zone(value: str) -> None:
    if value not in time_zones():
        raise ValidationError(_("Unknown time zone: %(zone)s."), params={"zone": value}, code="time_zone")


def validate_slug_free(value: str) -> None:
    if value in RESERVED_SLUGS:
        raise ValidationError(
            _("The address “%(slug)s” is reserved. Choose another."), params={"slug": value}, code="reserved"
        )
