"""Servers that hang, crash or lose their power while people work."""

import signal
import time

from tests.chaos.mails import addresses, await_end, await_sent, seed
from tests.chaos.outbox_rows import SENDERS, _remove_sockets
from tests.chaos.report import Report
from tests.chaos.stack import BEAT, MAIL_WORKER, WEB, WORKER, Stack, wait_until
from tests.chaos.web import Visitor


def c6(stack: Stack, hung_s: float = 15) -> Report:
    """The broker answers nothing, but takes connections: no page waits for it."""
    report = Report()
    stack.start(BEAT, MAIL_WORKER, WEB)
    with Visitor(stack) as visitor:
        visitor.warm_up()
        stack.machine.signal_group(stack.broker, signal.SIGSTOP)
        time.sleep(hung_s)
        during = visitor.slowest_s
        stack.machine.signal_group(stack.broker, signal.SIGCONT)
        wanted = seed(stack, addresses("c6", 50))
        report.recovered_s = await_end(stack, "c6")
    report.count(wanted, stack.taken("c6"))
    report.check(not visitor.broken, f"{visitor.broken} of {visitor.requests} requests broke")
    report.check(during < 1, f"a request took {during:.1f} s")
    report.notes.append(f"slowest request {during * 1000:.0f} ms")
    return report


def c7(stack: Stack, stops: int = 3) -> Report:
    """The database stopped at once, two seconds each time, while mail is sent and people log."""
    report, wanted = Report(), seed(stack, addresses("c7", 1500))
    stack.start(BEAT, MAIL_WORKER, WEB)
    with Visitor(stack) as visitor:
        for n in range(stops):
            await_sent(stack, "c7", 250 * (n + 1))
            stack.machine.end(stack.database, signal.SIGQUIT)
            time.sleep(2)
            stack.machine.again(stack.database)
            stack.await_database()
            report.recovered_s = wait_until(lambda: visitor.status("/acme/") == 200, "the pages", 30)
        during = visitor.broken
        time.sleep(1)
        report.check(visitor.broken == during, "requests still break after the database is back")
    await_end(stack, "c7")
    report.count(wanted, stack.taken("c7"))
    report.check((report.recovered_s or 0) <= 5, "the pages were away for long")
    _check_acknowledged(stack, visitor, report)
    return report


def c14(stack: Stack) -> Report:
    """The power goes, for everything at once."""
    report, wanted = Report(), seed(stack, addresses("c14", 800))
    stack.start(BEAT, MAIL_WORKER, WORKER, WEB)
    with Visitor(stack, pause_s=0.01) as visitor:
        await_sent(stack, "c14", 200)
        wait_until(lambda: len(visitor.logged) > 10, "acknowledged entries")
        # The database first: what it has promised a moment ago counts.
        for name in (stack.database, stack.broker, WEB, MAIL_WORKER, WORKER, BEAT):
            stack.machine.kill(name)
    _remove_sockets(stack)
    stack.machine.again(stack.database)
    stack.machine.again(stack.broker)
    stack.await_database()
    started = time.monotonic()
    stack.start(BEAT, MAIL_WORKER, WORKER, WEB)
    await_end(stack, "c14")
    report.recovered_s = time.monotonic() - started
    report.count(wanted, stack.taken("c14"), most_twice=SENDERS)
    _check_acknowledged(stack, visitor, report)
    return report


def _check_acknowledged(stack: Stack, visitor: Visitor, report: Report) -> None:
    found = {
        str(row[0])
        for row in stack.ask(
            "SELECT request_id FROM kpis_entry WHERE request_id = ANY (%s::uuid[])", [sorted(visitor.logged)]
        )
    }
    missing = visitor.logged - found
    report.check(not missing, f"{len(missing)} of {len(visitor.logged)} acknowledged entries are gone")
    report.notes.append(f"{len(visitor.logged)} acknowledged entries are there")
