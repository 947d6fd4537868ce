"""Processes that send when told to, one connection each: the product's own, or raw smtplib with the same bytes.

python -m bench.senders product        python -m bench.senders raw PORT
For each line on standard input they empty what waits and answer with a line. For `raw` the line names a file of mails.
"""

import smtplib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.sink import mails
from smartgoals.launch.processes import ROOT

SENDER = "smartgoals@localhost"


class Crew:
    """So many of one kind; they have started and stand ready once they have answered the first line."""

    def __init__(self, kind: Sequence[str], number: int, environment: dict[str, str]) -> None:
        command = [sys.executable, "-m", "bench.senders", *kind]
        self._people = [
            subprocess.Popen(
                command, cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            for _ in range(number)
        ]

    def work(self, lines: Sequence[str]) -> int:
        """One line each; waits for all answers. How many mails they sent."""
        for person, line in zip(self._people, lines, strict=True):
            assert person.stdin is not None
            print(line, file=person.stdin, flush=True)
        return sum(self._answer(person) for person in self._people)

    def go_home(self) -> None:
        for person in self._people:
            person.communicate()

    @staticmethod
    def _answer(person: "subprocess.Popen[str]") -> int:
        assert person.stdout is not None
        said = person.stdout.readline()
        if not said:
            raise SystemExit("a sender has ended before its time")
        return int(said)


def _product() -> None:
    import django

    django.setup()
    from reminders.outbox import organizations_with_mail
    from reminders.sending import send_due

    for _line in sys.stdin:
        sent = 0
        while organizations_with_mail():
            sent += send_due()
        print(sent, flush=True)


def _raw(port: int) -> None:
    connection: smtplib.SMTP | None = None
    for line in sys.stdin:
        found = [mail for _offset, mail in mails(Path(line.strip()))] if line.strip() else []
        print(len(found), flush=True)  # read; the next line is the signal to send
        sys.stdin.readline()
        if connection is None:
            connection = smtplib.SMTP("127.0.0.1", port)
        for mail in found:
            recipient = mail.data.partition(b"\r\nTo: ")[2].partition(b"\r\n")[0].decode()
            connection.sendmail(SENDER, recipient, mail.data.replace(b"\r\n..", b"\r\n."))
        print(len(found), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "product":
        _product()
    else:
        _raw(int(sys.argv[2]))
