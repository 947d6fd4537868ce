"""The API against whatever a generator makes of its description: every check of schemathesis, the real WSGI application
and the real database. `make fuzz` runs 20,000 cases; here there are enough to notice a broken promise.
"""

import logging
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
import schemathesis
from django.db import connection
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema

from goals.models import Goal
from kpis.actions import log_entry
from teams.tenancy import tenant
from tests.api.stage import TODAY, Stage, make_stage

CASES = int(os.environ.get("FUZZ_CASES") or 0)
FEW, MANY = 8, 40  # generated cases of an operation and kind of data, in one pass
# Of the run without `make fuzz`; on a busy machine it holds fewer cases.
SECONDS = 25


@dataclass
class Tally:
    """What was sent, how it was answered, and which checks said no."""

    cases: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def add(self, event: events.EngineEvent) -> None:
        if isinstance(event, events.NonFatalError | events.FatalError):
            self.failures.append(f"error: {event}")
        recorder = getattr(event, "recorder", None)
        if not isinstance(event, events.ScenarioFinished | events.FuzzScenarioFinished) or recorder is None:
            return
        for interaction in recorder.interactions.values():
            self.cases += 1
            if interaction.response is not None:
                self.statuses[interaction.response.status_code] += 1
        for case_id, nodes in recorder.checks.items():
            for node in nodes:
                self.checks[node.name] += 1
                if node.status is Status.FAILURE:
                    self._note(recorder, case_id, node)

    def _note(self, recorder: Any, case_id: str, node: Any) -> None:
        interaction = recorder.interactions.get(case_id)
        sent = interaction.request if interaction else None
        body = (sent.body or b"")[:300] if sent else b""
        answer = interaction.response.content[:300] if interaction and interaction.response else b""
        what = node.failure_info.failure if node.failure_info else ""
        self.failures.append(f"{node.name}: {sent and sent.method} {sent and sent.uri} {body!r} -> {answer!r}: {what}")

    def __str__(self) -> str:
        statuses = ", ".join(f"{status}: {count:,}" for status, count in sorted(self.statuses.items()))
        checks = ", ".join(f"{name} {count:,}" for name, count in sorted(self.checks.items()))
        return f"{self.cases:,} cases; answers {statuses}; checks {checks}; {len(self.failures)} failures"


@pytest.fixture
def fuzzed(live_server: Any, settings: Any, caplog: pytest.LogCaptureFixture) -> Iterator[Stage]:
    # Thousands of refusals are what is wanted here.
    caplog.set_level(logging.CRITICAL, "django")
    settings.API_REQUESTS_PER_MINUTE = 10**9
    stage = make_stage()
    with tenant(stage.cast.acme.pk):
        for kpi in ("calls", "won", "lost"):
            log_entry(kpi=stage.kpis[kpi], member=stage.cast.bob, date=TODAY, value=Decimal(3), by=stage.cast.bob.user)
        Goal.objects.create(statement="Call more", member=stage.cast.bob)
    yield stage
    # Threads of the server that wait for one more request hold their connections, and the database is to be dropped.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )


def run(stage: Stage, server: str, each: int, seed: int = 1) -> Tally:
    """All phases with `each` generated cases for an operation and kind of data."""
    config = SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "cache": {"enabled": False},
            **({} if CASES else {"max-time": SECONDS}),
            "headers": {"Authorization": f"Bearer {stage.program(stage.cast.dan).secret}"},
            "generation": {"mode": "all", "max-examples": each, "no-shrink": True},
            "checks": {"enabled": True},
        }
    )
    schema = schemathesis.openapi.from_url(f"{server}/api/v1/openapi.json", config=config)
    tally = Tally()
    for event in from_schema(schema).execute():
        tally.add(event)
    return tally


@pytest.mark.timeout(0)
def test_no_case_breaks_a_promise_of_the_description(
    fuzzed: Stage, live_server: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    tally, seed = Tally(), 0
    while not seed or (tally.cases < CASES and not tally.failures):
        seed += 1
        more = run(fuzzed, live_server.url, FEW if seed == 1 else MANY, seed)
        tally.cases, tally.failures = tally.cases + more.cases, more.failures
        tally.statuses += more.statuses
        tally.checks += more.checks
        with capsys.disabled():
            print(f"\nfuzz: {tally}", *(failure[:1200] for failure in tally.failures[:25]), sep="\n")
    assert tally.failures == []
    assert tally.cases >= max(CASES, 20)
