"""A mail relay that agrees to everything and does as little as one can: python -m bench.sink PORT FILE

FILE gets, for each mail, when it was complete (nanoseconds of the machine's monotonic clock), its length, its bytes.
"""

import asyncio
import struct
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

HEAD = struct.Struct("<QI")
END = b"\r\n.\r\n"


@dataclass(frozen=True)
class Mail:
    at_ns: int
    data: bytes  # as it went over the wire, dots doubled


class _Dialogue(asyncio.Protocol):
    def __init__(self, spool: BinaryIO) -> None:
        self._spool, self._waiting, self._in_text = spool, bytearray(), False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._say(b"220 sink")

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        while self._step():
            pass

    def _step(self) -> bool:
        """Take one line, or one whole text; False where it is not complete yet."""
        end = END if self._in_text else b"\r\n"
        at = self._waiting.find(end)
        if at < 0:
            return False
        taken = bytes(self._waiting[:at])
        del self._waiting[: at + len(end)]
        if self._in_text:
            self._keep(taken)
        else:
            self._answer(taken[:4].upper())
        return True

    def _keep(self, text: bytes) -> None:
        self._in_text = False
        self._spool.write(HEAD.pack(time.monotonic_ns(), len(text)) + text)
        self._spool.flush()
        self._say(b"250 taken")

    def _answer(self, verb: bytes) -> None:
        self._in_text = verb == b"DATA"
        self._say({b"DATA": b"354 go on", b"QUIT": b"221 bye"}.get(verb, b"250 ok"))
        if verb == b"QUIT":
            self._transport.close()

    def _say(self, line: bytes) -> None:
        self._transport.write(line + b"\r\n")


def mails(file: Path, offset: int = 0) -> Iterator[tuple[int, Mail]]:
    """Those that are complete from the offset on, each with the offset after it."""
    data = file.read_bytes() if file.exists() else b""
    while len(data) >= offset + HEAD.size:
        at_ns, length = HEAD.unpack_from(data, offset)
        start = offset + HEAD.size
        if len(data) < start + length:
            return
        offset = start + length
        yield offset, Mail(at_ns, data[start:offset])


async def _serve(port: int, file: Path) -> None:
    with file.open("ab") as spool:
        server = await asyncio.get_running_loop().create_server(lambda: _Dialogue(spool), "127.0.0.1", port)
        print("ready", flush=True)
        async with server:
            await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), Path(sys.argv[2])))
