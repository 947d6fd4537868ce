"""Typed readers of the environment. A mistyped value stops the program with the variable's name."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """The variable's text, or what stands in the file that NAME_FILE points to."""
    if file := os.environ.get(f"{name}_FILE"):
        return Path(file).read_text().strip()
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    value = text(name)
    if not value:
        return default
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}")


def number(name: str, default: int) -> int:
    value = text(name)
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}") from None


def words(name: str) -> list[str]:
    """A list written with commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def database(url: str) -> dict[str, Any]:
    """A PostgreSQL URL as Django's settings. The host may be a socket's folder: ?host=/run/postgresql."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": query.pop("port", str(parts.port or "")),
        # A statement that came a few times is planned no more: half of the database's time for a page. A pooler between
        # must know of prepared statements (PgBouncer 1.21 and its max_prepared_statements do).
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 3, **query},
    }


def mail(url: str) -> dict[str, Any]:
    """An SMTP URL: smtp://user:password@host:587?tls=starttls (or tls=implicit, tls=none)."""
    parts = urlsplit(url)
    if parts.scheme != "smtp":
        raise ImproperlyConfigured("EMAIL_URL must begin with smtp://")
    tls = parse_qs(parts.query).get("tls", ["starttls"])[-1]
    if tls not in {"starttls", "implicit", "none"}:
        raise ImproperlyConfigured(f"EMAIL_URL: tls must be starttls, implicit or none, not {tls!r}")
    return {
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if tls == "implicit" else 587 if tls == "starttls" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": tls == "starttls",
        "EMAIL_USE_SSL": tls == "implicit",
    }
