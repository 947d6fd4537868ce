"""The product's database and its two roles: one owns the tables, one runs the application and owns nothing.

Row-level security binds only who neither owns the tables nor is a superuser.
"""

import contextlib
import secrets
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from smartgoals.launch.errors import LaunchError

DATABASE = "smartgoals"
APP_ROLE = "smartgoals_app"


def with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def with_user(url: str, user: str, password: str | None = None) -> str:
    parts = urlsplit(url)
    address = parts.netloc.rpartition("@")[2]
    login = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
    return urlunsplit(parts._replace(netloc=f"{login}@{address}"))


def password_of(url: str) -> str | None:
    password = urlsplit(url).password
    return unquote(password) if password else None


def create_database(maintenance_url: str) -> None:
    with psycopg.connect(maintenance_url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def prepared_for(owner_url: str) -> str | None:
    """What the demo's database was last made ready for. It stands in the database itself, so that they stay one."""
    with psycopg.connect(owner_url) as connection:
        query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def set_prepared_for(owner_url: str, fingerprint: str | None) -> None:
    with psycopg.connect(owner_url) as connection:
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(fingerprint)))


def create_app_role(owner_url: str, password: str | None) -> None:
    """Creates the application's login role if it is missing, and gives it the password."""
    role = sql.Identifier(APP_ROLE)
    with psycopg.connect(owner_url, autocommit=True) as connection:
        found = connection.execute(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", [APP_ROLE]
        ).fetchone()
        if found and found[0]:
            raise LaunchError(
                f"The role {APP_ROLE} may pass by row-level security. Take that from it:\n"
                f"  ALTER ROLE {APP_ROLE} NOSUPERUSER NOBYPASSRLS"
            )
        if not found:
            with contextlib.suppress(psycopg.errors.DuplicateObject):  # two commands started together
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
        if password:
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(password)))
        if password or not found:
            # Compiling a page's statement takes ten times as long as running it.
            connection.execute(sql.SQL("ALTER ROLE {} SET jit = off").format(role))


def kept_password(file: Path) -> str:
    """The application role's password, made once and kept for this user alone."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(24))
    return file.read_text().strip()


def derived_app_url(owner_url: str, password_file: Path) -> str:
    """For a server given by its owner's URL: the application's URL beside it, its role made ready."""
    password = kept_password(password_file)
    app_url = with_user(owner_url, APP_ROLE, password)
    try:
        if not can_connect(app_url):
            create_app_role(owner_url, password)
        psycopg.connect(app_url).close()
    except psycopg.Error as problem:
        raise LaunchError(
            f"The database of DATABASE_URL cannot be made ready: {problem}\n"
            f"It must name a role that may create roles. Else create the role {APP_ROLE} yourself and set\n"
            "both DATABASE_URL (that role) and DATABASE_OWNER_URL (the role that owns the tables)."
        ) from problem
    return app_url


def can_connect(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def prepare_for_migrations(environment: dict[str, str]) -> None:
    """In production: the application's role with the password of its URL, then everything as the owner."""
    owner_url, app_url = environment.get("DATABASE_OWNER_URL"), environment.get("DATABASE_URL")
    if not owner_url:
        raise LaunchError("DATABASE_OWNER_URL is not set: migrations run as the role that owns the tables.")
    try:
        create_app_role(owner_url, password_of(app_url) if app_url else None)
    except psycopg.Error as problem:
        raise LaunchError(f"The role {APP_ROLE} cannot be made ready: {problem}") from problem
    environment["SMARTGOALS_AS_OWNER"] = "1"
