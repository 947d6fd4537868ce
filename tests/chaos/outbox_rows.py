"""Workers, brokers and relays that die, hang or lie while mail waits."""

import os
import signal
import time

from tests.chaos.mails import addresses, await_end, await_sent, seed, state_of, states
from tests.chaos.report import Report
from tests.chaos.stack import BEAT, MAIL_WORKER, WEB, Stack, wait_until
from tests.chaos.web import Visitor

SENDERS = 2  # processes of the mail worker


def c1(stack: Stack, kills: int = 20) -> Report:
    """The whole worker killed in the middle of a batch, again and again."""
    report, wanted = Report(), seed(stack, addresses("c1", 2000))
    stack.start(BEAT)
    for n in range(kills):
        stack.start(MAIL_WORKER)
        await_sent(stack, "c1", min(1900, 90 * (n + 1)))
        stack.machine.kill(MAIL_WORKER)
    stack.start(MAIL_WORKER)
    report.recovered_s = await_end(stack, "c1")
    report.count(wanted, stack.taken("c1"), most_twice=kills * SENDERS)
    report.notes.append(f"{kills} kills, at most {kills * SENDERS} duplicates promised")
    return report


def c2(stack: Stack, kills: int = 10) -> Report:
    """One of the worker's processes killed, as by a kernel that is out of memory."""
    report, wanted = Report(), seed(stack, addresses("c2", 1000))
    stack.start(BEAT, MAIL_WORKER)
    for n in range(kills):
        await_sent(stack, "c2", 80 * (n + 1))
        for victim in stack.machine.children_of(MAIL_WORKER)[:1]:
            os.kill(victim, signal.SIGKILL)
    report.recovered_s = await_end(stack, "c2")
    report.count(wanted, stack.taken("c2"), most_twice=kills)
    return report


def c3(stack: Stack, restarts: int = 20, mails: int = 4000) -> Report:
    """The orderly way: worker and web server restarted one after the other under load."""
    report, wanted = Report(), seed(stack, addresses("c3", mails))
    stack.start(BEAT, WEB)
    slowest = 0.0
    with Visitor(stack) as visitor:
        for n in range(restarts):
            stack.start(MAIL_WORKER)
            await_sent(stack, "c3", 100 * (n + 1))
            slowest = max(slowest, stack.machine.end(MAIL_WORKER, signal.SIGTERM))
    stack.start(MAIL_WORKER)
    report.recovered_s = await_end(stack, "c3")
    report.count(wanted, stack.taken("c3"))
    # A third of what the signal of a deployment allows: a run of the sender is as much shorter here.
    report.check(slowest <= 10, f"a stop took {slowest:.0f} s")
    report.check(not visitor.broken, f"{visitor.broken} of {visitor.requests} requests broke")
    report.notes.append(f"slowest stop {slowest:.1f} s, {visitor.requests} requests")
    return report


def c4(stack: Stack) -> Report:
    """The broker killed three times, then away for long; more mails than go out meanwhile."""
    report, wanted = Report(), seed(stack, addresses("c4", 3000))
    stack.start(BEAT, MAIL_WORKER, WEB)
    with Visitor(stack) as visitor:
        visitor.warm_up()
        for n, away_s in enumerate((2, 2, 2, 20)):
            await_sent(stack, "c4", 200 * (n + 1))
            stack.machine.kill(stack.broker)
            time.sleep(away_s)
            _remove_sockets(stack)
            before, back_at = len(stack.taken("c4")), time.monotonic()
            stack.machine.again(stack.broker)
        await_sent(stack, "c4", before + 1)
        report.recovered_s = time.monotonic() - back_at
        await_end(stack, "c4")
    report.count(wanted, stack.taken("c4"))
    report.check(not visitor.broken, f"{visitor.broken} of {visitor.requests} requests broke")
    report.check(visitor.slowest_s < 1, f"a request took {visitor.slowest_s:.1f} s")
    report.check(report.recovered_s <= 20, "no mail for long after the broker was back")
    report.notes.append(f"slowest request {visitor.slowest_s * 1000:.0f} ms")
    report.notes.append(f"{stack.revived} workers ended and were started again")
    return report


def _remove_sockets(stack: Stack) -> None:
    assert stack.services.run
    (stack.services.run / "redis" / "redis.sock").unlink(missing_ok=True)


def c5(stack: Stack, flushes: int = 5) -> Report:
    """Everything in the broker thrown away."""
    import redis

    report, wanted = Report(), seed(stack, addresses("c5", 1000))
    stack.start(BEAT, MAIL_WORKER)
    assert stack.services.run
    broker = redis.Redis(unix_socket_path=str(stack.services.run / "redis" / "redis.sock"))
    for n in range(flushes):
        await_sent(stack, "c5", 150 * (n + 1))
        broker.flushall()
    report.recovered_s = await_end(stack, "c5")
    report.count(wanted, stack.taken("c5"))
    return report


def c10(stack: Stack) -> Report:
    """A worker that neither works nor dies: the health page says so, and another one takes over."""
    report, wanted = Report(), seed(stack, addresses("c10", 600))
    stack.start(BEAT, MAIL_WORKER, WEB)
    await_sent(stack, "c10", 50)
    stack.machine.signal_group(MAIL_WORKER, signal.SIGSTOP)
    with Visitor(stack) as visitor:
        try:
            red = wait_until(lambda: visitor.status("/readyz") == 503, "a red health page", 90)
            report.notes.append(f"the health page is red after {red:.0f} s")
        except TimeoutError as late:
            report.problems.append(str(late))
    stack.run(MAIL_WORKER, as_name="mail-two")
    report.recovered_s = await_end(stack, "c10", 40)
    report.check(report.recovered_s < 40, "what the hung worker had taken waits for it")
    stack.machine.signal_group(MAIL_WORKER, signal.SIGCONT)
    time.sleep(2)
    # Each of its processes may have held one mail that was already at the relay.
    report.count(wanted, stack.taken("c10"), most_twice=SENDERS)
    return report


# What each fate must end in: the state, and whether the mail arrives.
ENDS = {
    "fine": ("sent", True),
    "unknown": ("dead", False),
    "refused": ("dead", False),
    "spam": ("dead", False),
    "later": ("sent", True),
    "busy": ("sent", True),
    "closing": ("sent", True),
    "mutercpt": ("sent", True),
    "mutedata": ("sent", True),
    "mutedot": ("sent", True),
    "dropped": ("sent", True),
    "slow": ("sent", True),
}


def c11(stack: Stack) -> Report:
    """A relay with every kind of answer: each mail ends as documented, and none holds up the others."""
    report = Report()
    fates = dict.fromkeys(ENDS, 3) | {"fine": 1700, "busy": 200, "slow": 10}
    wanted = [address for fate, number in fates.items() for address in addresses("c11", number, fate)]
    stack.fail_connections(banner=3, silent_banner=1, ehlo=1, mail=1, quit=1)
    seed(stack, wanted)
    stack.start(BEAT, MAIL_WORKER)
    report.recovered_s = await_end(stack, "c11", 120)
    report.check(report.recovered_s < 120, f"still waiting: {dict(states(stack, 'c11'))}")
    for fate, (state, _arrives) in ENDS.items():
        ends = [state_of(stack, address) for address in addresses("c11", fates[fate], fate)]
        wrong = [end for end in ends if end[0] != state]
        report.check(not wrong, f"{fate}: {len(wrong)} did not end as {state} but as {wrong[:1]}")
        if state == "dead":
            report.check(all(end[1] == 1 for end in ends), f"{fate}: tried again after a final no")
    arriving = {address for address in wanted if ENDS[address.split(".")[0]][1]}
    unsure = sum(fates[fate] for fate in ("mutedot", "dropped"))
    report.count(arriving, stack.taken("c11"), most_twice=unsure)
    report.notes.append(f"{unsure} ambiguous answers")
    return report
