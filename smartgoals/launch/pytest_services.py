"""pytest plugin: every run has a real PostgreSQL and Redis, and on CI no test is skipped.

Named in addopts, so that the servers and their addresses are there before Django's settings are read.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartgoals.launch.children import Family
from smartgoals.launch.errors import LaunchError
from smartgoals.launch.services import Services

HOME = Path(__file__).resolve().parents[2] / "var"
FAMILY: pytest.StashKey[tuple[Family, Services]] = pytest.StashKey()


def _only_asks(config: pytest.Config) -> bool:
    options = config.known_args_namespace
    return bool(getattr(options, "help", False) or getattr(options, "version", False))


# A wrapper, because pytest-django reads the settings in a plain implementation of the same hook.
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    os.environ.setdefault("SMARTGOALS_ENV", "test")
    # The workers of pytest-xdist inherit the addresses from the process that started them.
    if "PYTEST_XDIST_WORKER" not in os.environ and not _only_asks(early_config):
        family = Family()
        services = Services(family, HOME, durable=False)
        try:
            addresses = services.start()
        except LaunchError as missing:
            family.stop()
            services.clean_up()
            raise pytest.UsageError(f"{missing}\nThe tests never run without PostgreSQL and Redis.") from None
        early_config.stash[FAMILY] = (family, services)
        os.environ.update(addresses.environment(owner=True))
    yield


class SkippedAreFailures:
    def __init__(self) -> None:
        self.names: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self.names.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self.names.append(report.nodeid or str(report.longrepr))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if self.names and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.names:
            terminalreporter.section("skipped tests fail on CI")
            terminalreporter.write_line("\n".join(self.names))


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("CI"):
        config.pluginmanager.register(SkippedAreFailures())


def pytest_unconfigure(config: pytest.Config) -> None:
    if started := config.stash.get(FAMILY, None):
        family, services = started
        family.stop()
        services.clean_up()
