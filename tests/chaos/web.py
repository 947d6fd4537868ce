"""Someone who keeps using the pages while things break."""

import http.client
import threading
import time
import uuid
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from tests.chaos.stack import Stack, wait_until
from tests.chaos.world import World, world_of

CSRF = "c" * 32
TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Answer:
    status: int
    seconds: float
    body: bytes = b""


@dataclass
class Visitor:
    """Bob, who looks at his page and logs a call, over and over. `broken` counts 5xx and lost connections."""

    stack: Stack
    pause_s: float = 0.1
    requests: int = 0
    broken: int = 0
    slowest_s: float = 0.0
    logged: set[str] = field(default_factory=set)  # the request ids of entries that were acknowledged
    _stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.world: World = world_of(self.stack)
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={self.world.session}; {settings.CSRF_COOKIE_NAME}={CSRF}"
        self._thread = threading.Thread(target=self._wander, daemon=True)

    def __enter__(self) -> "Visitor":
        self._thread.start()
        return self

    def __exit__(self, *_error: Any) -> None:
        self._stop.set()
        self._thread.join()

    def warm_up(self) -> None:
        """Until each of the web server's processes has answered; only then do times count."""
        wait_until(lambda: len(self.logged) > 5, "the first requests")
        self.slowest_s = 0.0

    def status(self, path: str) -> int:
        return self.get(path).status

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> Answer:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": CSRF}
        return self._ask("POST", path, urlencode(fields), headers)

    def log_call(self, request_id: str, value: str = "1", **more: str) -> Answer:
        fields = {"kpi": str(self.world.kpi), "value": value, "request_id": request_id, **more}
        return self.post(f"/acme/goals/{self.world.goal}/log/", **fields)

    def _ask(self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None) -> Answer:
        line = http.client.HTTPConnection("127.0.0.1", self.stack.port, timeout=TIMEOUT_S)
        started = time.monotonic()
        try:
            line.request(method, path, body, {"Host": "localhost", "Cookie": self.cookie, **(headers or {})})
            answer = line.getresponse()
            content = answer.read()
        finally:
            line.close()
        return Answer(answer.status, time.monotonic() - started, content)

    def _wander(self) -> None:
        while not self._stop.wait(self.pause_s):
            self._once(lambda: self.get("/acme/"))
            request_id = str(uuid.uuid4())
            answer = self._once(lambda: self.log_call(request_id))  # noqa: B023 - called at once
            if answer and answer.status < HTTPStatus.BAD_REQUEST:
                self.logged.add(request_id)

    def _once(self, ask: Any) -> Answer | None:
        self.requests += 1
        try:
            answer: Answer = ask()
        except (OSError, http.client.HTTPException):
            self.broken += 1
            return None
        self.slowest_s = max(self.slowest_s, answer.seconds)
        self.broken += answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        return answer
