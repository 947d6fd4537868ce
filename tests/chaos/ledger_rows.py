"""Many people at once on the same numbers."""

import threading
import uuid
from collections.abc import Callable
from decimal import Decimal

from tests.chaos.report import Report
from tests.chaos.stack import BEAT, WEB, WORKER, Stack, wait_until
from tests.chaos.web import Answer, Visitor

AT_ONCE = 100


def at_once(calls: list[Callable[[], Answer]]) -> list[Answer]:
    """All through one door at the same moment."""
    answers: list[Answer] = []
    door = threading.Barrier(len(calls))

    def go(call: Callable[[], Answer]) -> None:
        door.wait()
        answers.append(call())

    threads = [threading.Thread(target=go, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def d1(stack: Stack) -> Report:
    """A hundred entries on one goal at once: all count."""
    report = Report()
    stack.start(WEB)
    visitor = Visitor(stack)
    before = _total(visitor)
    answers = at_once([lambda: visitor.log_call(str(uuid.uuid4())) for _ in range(AT_ONCE)])
    report.sent = len(answers)
    report.check(all(answer.status < 400 for answer in answers), f"answers {sorted({a.status for a in answers})}")
    counted = _total(visitor) - before
    report.check(counted == AT_ONCE, f"the total grew by {counted}")
    return report


def d2(stack: Stack) -> Report:
    """One request a hundred times at once: one entry, and the same words for all."""
    report = Report()
    stack.start(WEB)
    visitor, same = Visitor(stack), str(uuid.uuid4())
    before = _total(visitor)
    answers = at_once([lambda: visitor.log_call(same) for _ in range(AT_ONCE)])
    report.sent = len(answers)
    report.check(all(answer.status < 400 for answer in answers), f"answers {sorted({a.status for a in answers})}")
    counted = _total(visitor) - before
    report.check(counted == 1, f"the total grew by {counted}")
    return report


def d3(stack: Stack) -> Report:
    """Ten editors of one goal at once: one saves, the others are told, nothing is written over."""
    report = Report()
    stack.start(WEB)
    visitor = Visitor(stack)
    goal, version = visitor.world.goal, _version(stack, visitor.world.goal)
    fields = _goal_fields(stack, visitor)
    words = [f"Call every dormant account, way {n}" for n in range(10)]
    answers = at_once(
        [
            lambda text=text: visitor.post(  # type: ignore[misc]
                f"/acme/goals/{goal}/edit/",
                **{**fields, "statement": text, "version": str(version), "request_id": str(uuid.uuid4())},
            )
            for text in words
        ]
    )
    statuses = sorted(answer.status for answer in answers)
    report.sent = len(answers)
    report.check(statuses.count(302) == 1, f"saved {statuses.count(302)} times: {statuses}")
    report.check(all(status in (302, 409) for status in statuses), f"answers {statuses}")
    report.check(_version(stack, goal) == version + 1, "the version moved by more than one")
    return report


def d5(stack: Stack, kills: int = 3) -> Report:
    """Rollups with two workers at work, killed midway: in the end they are what the entries say."""
    report = Report()
    visitor = Visitor(stack)
    stack.start(BEAT)
    for n in range(kills):
        _many_entries(stack, visitor, 30_000)
        stack.run(WORKER, as_name=f"roll-{n}-a")
        stack.run(WORKER, as_name=f"roll-{n}-b")
        before = _stale(stack)
        wait_until(lambda before=before: _stale(stack) < before, "the first refreshed", 60, 0.02)  # type: ignore[misc]
        stack.machine.kill(f"roll-{n}-a")
        stack.machine.kill(f"roll-{n}-b")
    stack.start(WORKER)
    report.recovered_s = wait_until(lambda: not _stale(stack), "an empty set", 90)
    wrong = _wrong_rollups(stack)
    report.check(not wrong, f"{wrong} rollups are not what the entries say")
    return report


# Among them what only Python takes for a number.
BAD = (
    "1_0", "1e3", "NaN", "Infinity", "1e400", "-", "12,5,5", "1" * 40, "0x10", "\u0e51\u0e52", "1.234.5", "\x00",
    "9" * 19,
)  # fmt: skip


def d8(stack: Stack) -> Report:
    """Numbers that are none: a clear no, and nothing stored that the text does not say."""
    report = Report()
    stack.start(WEB)
    visitor = Visitor(stack)
    for text in BAD:
        before = _total(visitor)
        answer = visitor.log_call(str(uuid.uuid4()), text)
        grown = _total(visitor) - before
        right = Decimal(12) if text == "\u0e51\u0e52" else Decimal(0)
        report.check(answer.status < 500, f"{text[:10]!r} answers {answer.status}")
        report.check(grown == right, f"{text[:10]!r} counts {grown}")
    report.sent = len(BAD)
    return report


def _total(visitor: Visitor) -> Decimal:
    found = visitor.stack.ask(
        "SELECT coalesce(sum(value), 0) FROM kpis_entry WHERE kpi_id = %s AND voided_at IS NULL", [visitor.world.kpi]
    )
    return Decimal(found[0][0])


def _version(stack: Stack, goal: int) -> int:
    return int(stack.ask("SELECT version FROM goals_goal WHERE id = %s", [goal])[0][0])


def _goal_fields(stack: Stack, visitor: Visitor) -> dict[str, str]:
    start, deadline = stack.ask("SELECT start, deadline FROM goals_goal WHERE id = %s", [visitor.world.goal])[0]
    return {
        "kpi": str(visitor.world.kpi),
        "owner": f"member:{visitor.world.cast.bob.pk}",
        "target_type": "increase_to",
        "target": "100",
        "start": start.isoformat(),
        "deadline": deadline.isoformat(),
    }


def _many_entries(stack: Stack, visitor: Visitor, number: int) -> None:
    """Each of a day and member of its own, as far as there are days."""
    cast = visitor.world.cast
    stack.ask(
        "INSERT INTO kpis_entry (organization_id, kpi_id, member_id, date, value, note, is_split, source, created_at)"
        " SELECT %s, %s, m, current_date - n, n %% 7, '', false, 'chaos', now()"
        " FROM unnest(%s::bigint[]) m, generate_series(1, %s) n",
        [cast.acme.pk, visitor.world.kpi, [cast.alice.pk, cast.bob.pk, cast.carol.pk], number // 3],
    )


def _stale(stack: Stack) -> int:
    return int(stack.ask("SELECT count(*) FROM kpis_stalerollup")[0][0])


def _wrong_rollups(stack: Stack) -> int:
    return int(
        stack.ask(
            "SELECT count(*) FROM (SELECT kpi_id, member_id, date AS day, sum(value) AS total FROM kpis_entry"
            " WHERE voided_at IS NULL AND NOT is_split GROUP BY 1, 2, 3) e"
            " FULL JOIN kpis_rollup r USING (kpi_id, member_id, day) WHERE e.total IS DISTINCT FROM r.total"
        )[0][0]
    )
