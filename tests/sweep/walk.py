"""The sweep: every address, every method, with ids of the organization that the person is a stranger to."""

import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import ForeignKey
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from teams.tenancy import TenantModel
from tests.sweep.addresses import OF_A_TENANT, TENANT_FREE
from tests.sweep.rows import FIRST_ID, WORD, World

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "GET for htmx")
# Those whose answers are compared; the others are refused before anybody looks for a row.
TELLING = ("GET", "POST")
SIGN_IN = "/account/login/"
REFUSED = {401, 403, 404, 405}
NO_SUCH_ID = 8_999_999
NO_SUCH_SLUG = "nobodys"
Target = tuple[str, Callable[[Any], Any]]
# A part of the machinery that the tests do not run is missing, and the page says so.
MAY_BE_DOWN = {"readyz"}
CHANGING = re.compile(rb"[A-Za-z0-9]{64}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass
class Report:
    requests: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass
class Sweep:
    """One person's way through all addresses."""

    world: World
    person: str
    report: Report = field(default_factory=Report)

    def run(self, names: list[str]) -> Report:
        self.client = self.world.client(self.person)
        if self.person == "deactivated":
            user = self.world.people[self.person]
            assert user is not None
            type(user).objects.filter(pk=user.pk).update(is_active=False)
        for name in names:
            for method in METHODS:
                if name in OF_A_TENANT:
                    self._visit_theirs(name, method)
                    self._visit_own(name, method)
                else:
                    self._visit_free(name, method)
        return self.report

    def _visit_theirs(self, name: str, method: str) -> None:
        """Under their slug: refused, as under a slug that nobody has, and with ids as with ids that do not exist."""
        slug, keys = self.world.theirs.slug, OF_A_TENANT[name]
        others = [(NO_SUCH_SLUG, self._their_id), *([(slug, self._no_such_id)] if keys else [])]
        self._compare(name, method, (slug, self._their_id), others)

    def _visit_own(self, name: str, method: str) -> None:
        """Under the person's own slug: with their ids refused as above; without ids nothing of theirs is shown."""
        if self.person not in ("rep", "manager", "admin", "owner"):
            return
        slug = self.world.own.slug
        if OF_A_TENANT[name]:
            self._compare(name, method, (slug, self._their_id), [(slug, self._no_such_id)])
            return
        for query in foreign_queries(self.world) if method.startswith("GET") else [{}]:
            address = reverse(name, kwargs={"organization": slug}, query=query)
            self._check_silent(name, method, address, self._send(self.client, method, address))

    def _visit_free(self, name: str, method: str) -> None:
        address = reverse(name, kwargs=TENANT_FREE[name])
        answer = self._send(self.client, method, address)
        if method == "POST" and self.person != "deactivated":
            # It may have ended the session.
            self.world.sign_in(self.client, self.person)
        if not (name in MAY_BE_DOWN and answer.status_code == 503):
            self._check_silent(name, method, address, answer)

    def _compare(self, name: str, method: str, real: Target, unreal: Sequence[Target]) -> None:
        """All are refused, and in the same words: what exists is not told from what does not."""
        answers = []
        for slug, pick in [real, *(unreal if method in TELLING else [])]:
            parts = {part: pick(model) for part, model in OF_A_TENANT[name].items()}
            address = reverse(name, kwargs={"organization": slug, **parts})
            answer = self._send(self.client, method, address)
            self._check_refused(name, method, address, answer)
            answers.append((answer.status_code, self._comparable(answer, address, parts)))
        if any(answer != answers[0] for answer in answers):
            statuses = [status for status, _body in answers]
            self._note(name, method, real[0], f"tells what exists from what does not, answering {statuses}")

    def _their_id(self, model: Any) -> Any:
        return self.world.theirs.first(model).pk

    @staticmethod
    def _no_such_id(model: Any) -> Any:
        return NO_SUCH_ID

    def _send(self, client: Client, method: str, address: str) -> HttpResponse:
        self.report.requests += 1
        client.cookies.pop("messages", None)  # what an earlier page still had to say is not this one's answer
        verb, _space, htmx = method.partition(" for ")
        sends: Callable[..., HttpResponse] = getattr(client, verb.lower())
        headers = {"HX-Request": "true"} if htmx else {}
        if verb == "POST":
            return sends(address, {**foreign_values(self.world, 0), "request_id": str(uuid.uuid4())})
        return sends(address, headers=headers)

    def _check_refused(self, name: str, method: str, address: str, answer: HttpResponse) -> None:
        goes_to = answer.get("Location", "") or answer.get("HX-Redirect", "")
        if answer.status_code not in REFUSED and not goes_to.startswith(SIGN_IN):
            self._note(name, method, address, f"answers {answer.status_code} {goes_to}")
        if self.person in ("nobody", "deactivated") and not goes_to.startswith(SIGN_IN):
            self._note(name, method, address, f"answers {answer.status_code} to somebody who is not signed in")
        self._check_silent(name, method, address, answer)

    def _check_silent(self, name: str, method: str, address: str, answer: HttpResponse) -> None:
        """Nothing of theirs, neither words nor ids beyond those that were sent."""
        if answer.status_code >= 500:
            self._note(name, method, address, f"breaks with {answer.status_code}")
        shown = (_body(answer) + str(dict(answer.items())).encode() + str(answer.cookies).encode()).lower()
        if WORD.encode() in shown:
            at = shown.index(WORD.encode())
            self._note(name, method, address, f"shows {shown[max(0, at - 60) : at + 40]!r}")

    @staticmethod
    def _comparable(answer: HttpResponse, address: str, parts: dict[str, Any]) -> bytes:
        body = _body(answer).replace(address.encode(), b"(address)")
        for value in parts.values():
            body = body.replace(str(value).encode(), b"(id)")
        return CHANGING.sub(b"(random)", body)

    def _note(self, name: str, method: str, address: str, what: str) -> None:
        self.report.problems.append(f"{self.person}: {method} {name} ({address}) {what}")


def _body(answer: HttpResponse) -> bytes:
    return b"".join(answer) if answer.streaming else answer.content


def key_names() -> dict[str, list[type[TenantModel]]]:
    """Names under which forms and addresses could take a row's id, with the models that they may mean."""
    found: dict[str, list[type[TenantModel]]] = {}
    for model in TenantModel.__subclasses__():
        for column in model._meta.concrete_fields:
            target = column.related_model
            if isinstance(column, ForeignKey) and isinstance(target, type) and issubclass(target, TenantModel):
                models = found.setdefault(column.name, [])
                if target not in models:
                    models.append(target)
    return found


def foreign_values(world: World, choice: int) -> dict[str, str]:
    """Every such name with an id of theirs; `choice` picks among the models that a name may mean."""
    return {name: str(world.theirs.first(models[choice % len(models)]).pk) for name, models in key_names().items()}


def foreign_queries(world: World) -> Iterator[dict[str, str]]:
    yield {}
    for choice in range(max(len(models) for models in key_names().values())):
        yield foreign_values(world, choice)


def is_theirs(value: str) -> bool:
    return value.isdigit() and int(value) >= FIRST_ID
