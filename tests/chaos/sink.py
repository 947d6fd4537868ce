"""A mail relay that takes mail fast and misbehaves as it is told to. A process of its own, so that nothing kills it.

python -m tests.chaos.sink PORT LOG      one line of JSON for each mail that it has taken

What befalls a mail stands in its address: `FATE.anything@…`, with the fates of `FATES`. What befalls connections
stands in LOG.faults, a file with {"stage": how many times}: banner (421), or silence at banner, ehlo, mail or quit.
"""

import asyncio
import contextlib
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SILENCE_S = 30.0
SLOW_S = 0.4


@dataclass(frozen=True)
class Fate:
    """At `stage` (rcpt, data, dot) the first `times` attempts get this answer; None is silence, "" a lost line."""

    stage: str
    answer: str | None
    times: int = 1_000_000
    takes: bool = False  # the mail has arrived all the same


FATES = {
    "fine": Fate("dot", "250 taken", 0),
    "unknown": Fate("rcpt", "550 5.1.1 no such user"),
    "refused": Fate("rcpt", "550 5.7.1 not from you"),
    "spam": Fate("dot", "554 5.7.1 looks like spam"),
    "later": Fate("rcpt", "451 4.2.0 try again", 2),
    "busy": Fate("dot", "451 4.3.0 try again", 1),
    "closing": Fate("rcpt", "421 4.3.2 closing", 1),
    "mutercpt": Fate("rcpt", None, 1),
    "mutedata": Fate("data", None, 1),
    "mutedot": Fate("dot", None, 1, takes=True),
    "dropped": Fate("dot", "", 1, takes=True),
    "slow": Fate("dot", "250 taken at leisure", 0),
}


class Lost(Exception):
    """The line is cut."""


class Sink:
    def __init__(self, log: Path) -> None:
        self.log = log.open("a", buffering=1)
        self.faults_file = log.with_suffix(".faults")
        self.attempts: Counter[tuple[str, str]] = Counter()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(Lost, ConnectionError, asyncio.IncompleteReadError):
            await Dialogue(self, reader, writer).run()
        writer.close()

    def fault(self, stage: str) -> bool:
        """Whether this stage is to fail now; each failure is used up."""
        try:
            faults = json.loads(self.faults_file.read_text())
        except (OSError, ValueError):
            return False
        if faults.get(stage, 0) < 1:
            return False
        faults[stage] -= 1
        self.faults_file.write_text(json.dumps(faults))
        return True

    def takes(self, address: str, content: bytes) -> None:
        head = content.partition(b"\r\n\r\n")[0].decode(errors="replace").splitlines()
        number = next((line.split(":", 1)[1].strip() for line in head if line.lower().startswith("message-id:")), "")
        self.log.write(json.dumps({"at": time.time(), "to": address, "id": number}) + "\n")


class Dialogue:
    def __init__(self, sink: Sink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.sink, self.reader, self.writer = sink, reader, writer
        self.address = ""
        self.verbs: dict[bytes, Callable[[bytes], object]] = {}

    async def run(self) -> None:
        if self.sink.fault("banner"):
            await self.say("421 4.3.2 not now")
            return
        await self.greet("silent_banner", "220 sink")
        while line := await self.reader.readline():
            verb = line[:4].upper()
            if verb in (b"EHLO", b"HELO"):
                await self.greet("ehlo", "250 sink")
            elif verb == b"MAIL":
                await self.greet("mail", "250 ok")
            elif verb == b"RCPT":
                self.address = line.split(b"<", 1)[1].split(b">", 1)[0].decode()
                await self.answer("rcpt", "250 ok")
            elif verb == b"DATA":
                await self.data()
            elif verb == b"QUIT":
                await self.greet("quit", "221 bye")
                return
            else:
                await self.say("250 ok")

    async def greet(self, stage: str, words: str) -> None:
        if self.sink.fault(stage):
            await asyncio.sleep(SILENCE_S)
            raise Lost
        await self.say(words)

    async def data(self) -> None:
        await self.answer("data", "354 go on")
        content = (await self.reader.readuntil(b"\r\n.\r\n"))[:-5]
        fate = fate_of(self.address)
        if self.address.startswith("slow."):
            await asyncio.sleep(SLOW_S)
        attempt = self.sink.attempts[self.address, "dot"]
        if fate.stage != "dot" or attempt >= fate.times or fate.takes:
            self.sink.takes(self.address, content)
        await self.answer("dot", "250 taken")

    async def answer(self, stage: str, agreed: str) -> None:
        fate, key = fate_of(self.address), (self.address, stage)
        self.sink.attempts[key] += 1
        if fate.stage != stage or self.sink.attempts[key] > fate.times:
            await self.say(agreed)
        elif fate.answer is None:
            await asyncio.sleep(SILENCE_S)
            raise Lost
        elif not fate.answer:
            raise Lost
        else:
            await self.say(fate.answer)
            if fate.answer.startswith("421"):
                raise Lost

    async def say(self, words: str) -> None:
        self.writer.write(words.encode() + b"\r\n")
        await self.writer.drain()


def fate_of(address: str) -> Fate:
    return FATES.get(address.split(".", 1)[0], FATES["fine"])


async def main(port: int, log: Path) -> None:
    sink = Sink(log)
    server = await asyncio.start_server(sink.serve, "127.0.0.1", port, limit=2**22)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
