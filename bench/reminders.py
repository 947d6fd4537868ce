"""Eight mornings of reminders from the sweep to the relay, and the sweep over many goals of which few are due."""

import os
import socket
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import mornings
from bench.mornings import Crowd
from bench.options import Options
from bench.report import COMPARED, compared, doing, figures, finish, machine, say, seconds, table
from bench.senders import Crew
from bench.sink import HEAD, Mail, mails
from bench.stack import Stack
from bench.timing import Pair, alternately, pair_of, timed
from reminders.tasks import sweep
from smartgoals.launch.processes import ROOT

# 0.7 of the rate of raw smtplib; three times the raw statement; a minute from nine o'clock to the relay.
SENT_DUE, SWEEP_DUE, LATE_DUE_S = round(1 / 0.7, 2), 3.0, 60.0
CONNECTIONS = 2  # as many as worker-mail has processes
GOALS_FOR_A_REMINDER, DUE_PART = 10, 100

# What somebody writes by hand who wants the rows once. Working days, quiet hours, switches and digests are left out.
_BY_HAND = """
INSERT INTO by_hand (organization_id, key, kind, member_id, user_id, address, payload, due_at, expires_at, state,
    attempts, doubts, last_error, created_at)
SELECT g.organization_id, 'deadline:' || m.id || ':' || g.id || ':' || g.deadline, 'deadline', m.id, u.id, u.email,
    jsonb_build_object('goal', g.id, 'deadline', g.deadline), (d.day + time '9:00') AT TIME ZONE o.time_zone,
    (d.day + 4 + time '9:00') AT TIME ZONE o.time_zone, 'pending', 0, 0, '', now()
FROM goals_goal g JOIN teams_organization o ON o.id = g.organization_id
    JOIN teams_member m ON m.id = g.member_id JOIN teams_user u ON u.id = m.user_id
    CROSS JOIN LATERAL (SELECT (now() AT TIME ZONE o.time_zone)::date AS day) d
WHERE g.state = 'running' AND g.deadline - d.day IN (14, 7, 3, 1, 0)
ON CONFLICT (key) DO NOTHING
"""


@dataclass(frozen=True)
class Wave:
    """Seconds from nine o'clock: for all of it and for nearly all (99 of 100); and what raw smtplib took."""

    swept_s: float
    product_s: float
    p99_s: float
    limit_s: float


def run(stack: Stack, options: Options) -> None:
    crowd = mornings.gather(options.rows, mornings.FEW if options.quick else mornings.ORGANIZATIONS)
    port, spool = _free_port(), stack.home / "spool"
    command = [sys.executable, "-m", "bench.sink", str(port), str(spool)]
    sink = stack.family.start("sink", command, log=stack.home / "logs" / "sink.log", folder=ROOT)
    stack.family.wait_until(sink, lambda: _listens(port), 60)
    environment = {**os.environ, "EMAIL_URL": f"smtp://127.0.0.1:{port}?tls=none"}
    product = Crew(["product"], CONNECTIONS, environment)
    raw = Crew(["raw", str(port)], CONNECTIONS, environment)
    product.work([""] * CONNECTIONS)
    waves = [_wave(stack, crowd, organizations, product, raw, spool) for organizations in crowd.waves]
    product.go_home()
    raw.go_home()
    swept = _swept(stack, options)
    _report(stack, crowd, waves, swept)


def _wave(stack: Stack, crowd: Crowd, organizations: Sequence[int], product: Crew, raw: Crew, spool: Path) -> Wave:
    doing(f"a wave of {crowd.in_a_wave:,} ...")
    mornings.begin(stack, organizations)
    offset = spool.stat().st_size if spool.exists() else 0
    began = time.monotonic_ns()
    sweep()
    swept = time.monotonic_ns()
    product.work(["go"] * CONNECTIONS)
    found = [mail for _offset, mail in mails(spool, offset)]
    _must_be_once(found, crowd.in_a_wave)
    after = sorted((mail.at_ns - began) / 1e9 for mail in found)
    limit = _raw_time(raw, found, spool)
    return Wave((swept - began) / 1e9, after[-1], after[int(len(after) * 0.99) - 1], limit)


def _must_be_once(found: Sequence[Mail], expected: int) -> None:
    recipients = {mail.data.partition(b"\r\nTo: ")[2].partition(b"\r\n")[0] for mail in found}
    if not len(found) == len(recipients) == expected:
        raise SystemExit(f"{len(found)} mails to {len(recipients)} people arrived, {expected} were due")


def _raw_time(raw: Crew, found: Sequence[Mail], spool: Path) -> float:
    """The same bytes over as many connections by smtplib alone: read beforehand, then sent on a signal."""
    files = []
    for n in range(CONNECTIONS):
        file = spool.with_name(f"raw{n}")
        file.write_bytes(b"".join(HEAD.pack(0, len(mail.data)) + mail.data for mail in found[n::CONNECTIONS]))
        files.append(str(file))
    raw.work(files)
    started = time.perf_counter()
    sent = raw.work(["go"] * CONNECTIONS)
    took = time.perf_counter() - started
    if sent != len(found):
        raise SystemExit(f"raw smtplib sent {sent} of {len(found)}")
    return took


def _swept(stack: Stack, options: Options) -> tuple[int, int, Pair, float]:
    """Goals, those that are due, the sweep against one statement by hand, and a sweep that finds nothing new."""
    goals = options.rows * GOALS_FOR_A_REMINDER
    due = goals // DUE_PART
    mornings.spread_out(stack, goals, due)
    with stack.owner() as owner:
        owner.execute("CREATE TABLE by_hand (LIKE reminders_message INCLUDING ALL)")

        def empty() -> None:
            owner.execute("TRUNCATE reminders_message, by_hand CASCADE")
            owner.execute("CHECKPOINT")

        doing("sweeping ...")
        empty()
        sweep()  # warms up
        pair = alternately(sweep, lambda: owner.execute(_BY_HAND), options.runs, empty)
        empty()
        owner.execute(_BY_HAND)
        sweep()
        again = timed(sweep)
        counts = owner.execute("SELECT (SELECT count(*) FROM reminders_message), (SELECT count(*) FROM by_hand)")
        row = counts.fetchone()
    if row != (due, due):
        raise SystemExit(f"product and limit found {row}, {due} were due")
    return goals, due, pair, again


def _report(stack: Stack, crowd: Crowd, waves: list[Wave], swept: tuple[int, int, Pair, float]) -> None:
    goals, due, sweeping, again = swept
    sending = pair_of([(wave.product_s, wave.limit_s) for wave in waves])
    late = max(wave.p99_s for wave in waves)
    say(machine(stack.addresses.description))
    say(f"{crowd.organizations} organizations, {mornings.WAVES} waves")
    name = f"{crowd.in_a_wave:,} reminders of a wave, sweep to relay"
    rows = [compared(name, sending, SENT_DUE), compared(f"sweep of {goals:,} goals, {due:,} due", sweeping, SWEEP_DUE)]
    table(COMPARED, rows)
    rate, most = (crowd.in_a_wave / s for s in (sending.product_s, sending.limit_s))
    share = 1 / sending.ratio
    say(f"{rate:.0f} mails a second of {most:.0f} by raw smtplib over {CONNECTIONS} connections: {share:.2f}")
    verdict = "met" if late <= LATE_DUE_S else "MISSED"
    say(f"99 of 100 sent after {seconds(late)} in the slowest wave, due {LATE_DUE_S:g} s: {verdict}")
    say(f"of each wave the sweep took {seconds(statistics.median(wave.swept_s for wave in waves))}")
    say(f"a sweep that finds nothing new: {seconds(again)}")
    extra: dict[str, Any] = {
        "rate": round(rate, 1),
        "rate_limit": round(most, 1),
        "p99_s": [round(wave.p99_s, 2) for wave in waves],
        "sweep": {"goals": goals, "goals_due": due} | figures(sweeping, SWEEP_DUE),
        "again_s": round(again, 3),
    }
    finish({"bench": "reminders", "rows": crowd.reminders} | figures(sending, SENT_DUE) | extra)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
