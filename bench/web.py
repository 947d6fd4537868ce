"""Real web servers, and people who send forms to them."""

import http.client
import os
import secrets
import socket
import urllib.parse
from collections.abc import Mapping
from typing import Any

from django.test import Client

from bench.stack import Stack
from smartgoals.launch import processes
from teams.models import User

READY_LIMIT_S = 60.0
PRODUCT, EMPTY = "smartgoals.wsgi", "bench.empty:application"


def serve(stack: Stack, program: str) -> int:
    """Starts the product's own web server with the program, and waits until it listens. Its port on loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {**os.environ, "BIND": f"127.0.0.1:{port}"}
    command = [program if part == PRODUCT else part for part in processes.command("web", environment)]
    log = stack.home / "logs" / f"{program}.log"
    child = stack.family.start(program, command, log=log, environment=environment, folder=processes.ROOT)
    stack.family.wait_until(child, lambda: _listens(port), READY_LIMIT_S)
    return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Browser:
    """One signed-in person on one connection, kept open until it is closed; the next request opens it again."""

    def __init__(self, port: int, user: User) -> None:
        client = Client()
        client.force_login(user)
        self._token = secrets.token_hex(16)
        self._cookies = f"session={client.cookies['session'].value}; csrf={self._token}"
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str) -> None:
        """Raises SystemExit for anything but a page. The server ends connections that were idle for some seconds."""
        try:
            answer, text = self._get(path)
        except (http.client.RemoteDisconnected, ConnectionError):
            self._connection.close()
            answer, text = self._get(path)
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}: {text[:2000].decode(errors='replace')}")

    def _get(self, path: str) -> tuple[http.client.HTTPResponse, bytes]:
        self._connection.request("GET", path, headers={"Cookie": self._cookies, "Host": "localhost"})
        answer = self._connection.getresponse()
        return answer, answer.read()

    def post(self, path: str, fields: Mapping[str, Any], expected: int) -> None:
        """Raises SystemExit for any other answer."""
        body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": self._token})
        headers = {"Cookie": self._cookies, "Content-Type": "application/x-www-form-urlencoded", "Host": "localhost"}
        self._connection.request("POST", path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != expected:
            raise SystemExit(f"{path} answered {answer.status}: {text[:2000].decode(errors='replace')}")

    def close(self) -> None:
        self._connection.close()
