"""The database as in production: migrations by the owner, everything else as the role that owns nothing."""

import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from smartgoals import environment
from tests.cast import Cast, make_cast

# One run of CI says the same as the next; at home each run looks elsewhere.
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any
) -> Iterator[None]:
    worker = getattr(request.config, "workerinput", {}).get("workerid", "")
    application = dict(connection.settings_dict)
    owner = environment.database(environment.text("DATABASE_OWNER_URL"))
    with django_db_blocker.unblock():
        connection.settings_dict.update(USER=owner["USER"], PASSWORD=owner["PASSWORD"])
        connection.settings_dict["TEST"]["NAME"] = f"test_smartgoals_{worker}".rstrip("_")
        databases = setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
        with connection.cursor() as cursor:
            # For emptying tables between tests that commit; production has no such right.
            cursor.execute(f"GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {settings.APP_ROLE}")
        connection.close()
        connection.settings_dict.update(USER=application["USER"], PASSWORD=application["PASSWORD"])
    yield
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict.update(USER=owner["USER"], PASSWORD=owner["PASSWORD"])
        teardown_databases(databases, verbosity=0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the tenancy sweep counted, summed over the processes that ran it."""
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.stats.get(outcome, [])]
    counts = [int(value) for report in reports for name, value in report.user_properties if name == "sweep requests"]
    if counts:
        terminalreporter.write_line(f"tenancy sweep: {sum(counts):,} requests as {len(counts)} people")


@pytest.fixture
def cast(db: None) -> Cast:
    """Alice the manager, Bob her rep, Vera who only reads, Dan the admin; Charlie is a stranger."""
    return make_cast()
