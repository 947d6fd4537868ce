"""The API against whatever a generator makes of its description: every check of schemathesis, the real WSGI application
and the real database. `make fuzz` runs 20,000 cases, in shares that workers take, each with a database of its own; here
there are enough to notice a broken promise.
"""

import itertools
import logging
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.db import connection
from hypothesis import Phase
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema

from goals.models import Goal
from kpis.actions import log_entry
from teams.tenancy import tenant
from tests.api.stage import TODAY, Stage, make_stage

CASES = int(os.environ.get("FUZZ_CASES") or 0)
SHARES = 4 if CASES else 1
FEW, MANY = 8, 40  # generated cases of an operation, in one pass
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


def run(stage: Stage, server: str, seed: int) -> Tally:
    """The first of all passes tries every phase on few cases, the next ones many that are drawn anew."""
    is_first = seed == 1
    config = SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "cache": {"enabled": False},
            **({} if CASES else {"max-time": SECONDS}),
            "headers": {"Authorization": f"Bearer {stage.program(stage.cast.dan).secret}"},
            "generation": {"mode": "all", "max-examples": FEW if is_first else MANY, "no-shrink": True},
            "phases": {name: {"enabled": is_first} for name in ("examples", "coverage")},
            "checks": {"enabled": True},
        }
    )
    schema = schemathesis.openapi.from_url(f"{server}/api/v1/openapi.json", config=config)
    _only_draw(schema.config)
    tally = Tally()
    for event in from_schema(schema).execute():
        tally.add(event)
    return tally


def _only_draw(config: Any) -> None:
    """Without Hypothesis's search for cases that are accepted more often: most of the time went into that."""
    settings_of = config.get_hypothesis_settings

    def settings(**asked: Any) -> hypothesis.settings:
        return hypothesis.settings(settings_of(**asked), phases=[Phase.explicit, Phase.generate])

    config.get_hypothesis_settings = settings


@pytest.mark.timeout(0)
@pytest.mark.parametrize("share", range(SHARES))
def test_no_case_breaks_a_promise_of_the_description(
    fuzzed: Stage, live_server: Any, capsys: pytest.CaptureFixture[str], share: int
) -> None:
    tally, seeds, wanted = Tally(), itertools.count(1 + share, SHARES), CASES / SHARES
    while not tally.cases or (tally.cases < wanted and not tally.failures):
        seed = next(seeds)
        more = run(fuzzed, live_server.url, seed)
        tally.cases, tally.failures = tally.cases + more.cases, more.failures
        tally.statuses += more.statuses
        tally.checks += more.checks
        with capsys.disabled():
            print(
                f"\nfuzz, share {share + 1} of {SHARES}: {tally}",
                *(failure[:1200] for failure in tally.failures[:25]),
                sep="\n",
                file=sys.stderr,  # which the workers of a run hand on
                flush=True,
            )
    assert tally.failures == []
    assert tally.cases >= max(wanted, 20)
