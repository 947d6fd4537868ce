"""Ids of another organization in what a form sends: refused by every field that chooses a row."""

import re
from collections import Counter
from importlib import import_module

import pytest
from django.apps import apps
from django.db import transaction
from django.forms import BaseForm, ModelChoiceField
from django.test import Client
from django.urls import reverse

from teams.models import Member, Team
from teams.tenancy import TenantModel
from tests.sweep.addresses import OF_A_TENANT
from tests.sweep.forms import Form, forms_in, like
from tests.sweep.rows import WORD, World
from tests.sweep.walk import key_names
from tests.sweep.watch import checksums, crossings

OURS = ("teams", "kpis", "goals", "connectors", "reminders", "dashboards")
# Fields that are not called like the column that they end up in.
OTHER_NAMES: dict[str, list[type[TenantModel]]] = {"owner": [Member, Team], "share_member": [Member]}
REFUSED = {400, 403, 404, 409, 422}


def meant_by(field: str) -> list[type[TenantModel]]:
    """Models whose rows the field chooses; numbered fields (share_member_2) are all alike."""
    return (key_names() | OTHER_NAMES).get(re.sub(r"_\d+$", "", field), [])


def declared_fields() -> set[str]:
    """Of all forms of the product, those that choose rows."""
    for app in OURS:
        for module in ("forms", "forms.people", "forms.organizations"):
            if app in apps.app_configs:
                _import_if_there(f"{app}.{module}")
    found = set()
    waiting: list[type[BaseForm]] = [BaseForm]
    while waiting:
        form = waiting.pop()
        waiting.extend(form.__subclasses__())
        if form.__module__.partition(".")[0] in OURS:
            fields = getattr(form, "base_fields", {})
            found |= {name for name, field in fields.items() if isinstance(field, ModelChoiceField)}
    return found


def _import_if_there(name: str) -> None:
    try:
        import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name is None or not name.startswith(missing.name):
            raise


def pages(world: World, client: Client) -> list[tuple[str, str]]:
    """Addresses of the own organization that answer with a page, and the page."""
    found = []
    for name, keys in OF_A_TENANT.items():
        parts = {part: world.own.first(model).pk for part, model in keys.items()}
        address = reverse(name, kwargs={"organization": world.own.slug, **parts})
        answer = client.get(address)
        if answer.status_code == 200 and not answer.streaming:  # a file offers no choices
            found.append((address, answer.content.decode()))
    return found


def send(client: Client, address: str, values: dict[str, list[str]]) -> int:
    """Send the form and take back what it did."""
    with transaction.atomic():
        status = client.post(address, values).status_code
        transaction.set_rollback(True)
    return int(status)


class Attempt:
    """One form of one page, sent with each of its choices replaced by a row of the other organization."""

    def __init__(self, world: World, client: Client, page: str, form: Form) -> None:
        self.world, self.client, self.form = world, client, form
        self.address = form.action or page
        self.tried: Counter[str] = Counter()
        self.accepted: set[str] = set()
        self.problems: list[str] = []

    def run(self) -> None:
        for name, offered in self.form.choosing().items():
            for model in meant_by(name):
                self._try(name, like(offered, self.world.theirs.first(model).pk))
        if self.tried and send(self.client, self.address, self.form.filled()) in (200, 302):
            self.accepted = set(self.tried)

    def _try(self, name: str, value: str) -> None:
        self.tried[name] += 1
        with transaction.atomic():
            answer = self.client.post(self.address, self.form.filled() | {name: [value]})
            crossed = crossings(self.world)
            transaction.set_rollback(True)
        # A hidden id that the page does not need may also be passed over; nothing may come of it.
        is_refused = answer.status_code in REFUSED or name in self.form.hidden()
        if not is_refused or crossed or WORD in answer.content.decode():
            self.problems.append(f"{self.address}: {name}={value} is answered {answer.status_code} {crossed}")


@pytest.mark.timeout(900)
def test_rows_of_another_organization_cannot_be_chosen(world: World) -> None:
    client = world.client("owner")
    before = checksums(world)
    tried: Counter[str] = Counter()
    accepted: set[str] = set()
    problems: list[str] = []
    for page, text in pages(world, client):
        for form in forms_in(text):
            attempt = Attempt(world, client, page, form)
            attempt.run()
            tried += attempt.tried
            accepted |= attempt.accepted
            problems += attempt.problems
    assert problems == []
    assert declared_fields() - set(tried) == set()
    # The same forms with rows of their own are taken: it is the foreign row that was refused.
    assert set(tried) - accepted == set()
    assert checksums(world) == before
