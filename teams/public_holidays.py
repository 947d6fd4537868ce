"""Ready lists of public holidays by country and year."""

import datetime as dt

import holidays
from django.utils.translation import gettext_lazy as _

NAME_LENGTH = 120

# Thailand first, its neighbours, then the rest by region.
COUNTRIES = [
    ("TH", _("Thailand")),
    ("KH", _("Cambodia")),
    ("ID", _("Indonesia")),
    ("LA", _("Laos")),
    ("MY", _("Malaysia")),
    ("MM", _("Myanmar")),
    ("PH", _("Philippines")),
    ("SG", _("Singapore")),
    ("VN", _("Vietnam")),
    ("CN", _("China")),
    ("HK", _("Hong Kong")),
    ("IN", _("India")),
    ("JP", _("Japan")),
    ("KR", _("South Korea")),
    ("TW", _("Taiwan")),
    ("AU", _("Australia")),
    ("NZ", _("New Zealand")),
    ("AE", _("United Arab Emirates")),
    ("AT", _("Austria")),
    ("BE", _("Belgium")),
    ("DK", _("Denmark")),
    ("FI", _("Finland")),
    ("FR", _("France")),
    ("DE", _("Germany")),
    ("IE", _("Ireland")),
    ("IT", _("Italy")),
    ("NL", _("Netherlands")),
    ("NO", _("Norway")),
    ("PL", _("Poland")),
    ("PT", _("Portugal")),
    ("ES", _("Spain")),
    ("SE", _("Sweden")),
    ("CH", _("Switzerland")),
    ("GB", _("United Kingdom")),
    ("BR", _("Brazil")),
    ("CA", _("Canada")),
    ("MX", _("Mexico")),
    ("US", _("United States")),
    ("ZA", _("South Africa")),
]


def public_holidays(country: str, year: int, language: str) -> dict[dt.date, str]:
    """The country-wide days of the year with their names, in the language (en, th) where the list has it."""
    spoken = holidays.list_localized_countries().get(country, [])
    chosen = next((code for code in spoken if code.partition("_")[0] == language), None)
    days = holidays.country_holidays(country, years=year, language=chosen)
    return {date: _shortened(name) for date, name in sorted(days.items())}


def _shortened(name: str) -> str:
    """Several occasions on one day come as one text; what does not fit is left out occasion by occasion."""
    while len(name) > NAME_LENGTH and "; " in name:
        name = name.rpartition("; ")[0]
    return name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - 1] + "…"
