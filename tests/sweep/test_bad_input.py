"""Whatever is typed into whichever field: an answer that says what is wrong, never a broken page."""

import copy
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.sweep.addresses import OF_A_TENANT, TENANT_FREE
from tests.sweep.forms import Form, forms_in
from tests.sweep.rows import World

NASTY = {
    "a NUL byte": "a\0b",
    "ten thousand letters": "x" * 10_000,
    "a number beyond floats": "1e400",
    "no number": "NaN",
    "a comma for decimals": "12,5",
    "groups of a comma country": "1.234,56",
    "Thai digits": "๑๒๓",
    "a huge number": "9" * 40,
    "less than nothing": "-1",
    "a day that does not exist": "31/2/2569",
    "the last year": "9999-12-31",
    "a year before Christ": "-0044-03-15",
    "nothing but spaces": "   ",
    "markup": "<script>alert('&\"')</script>",
    "a path": "../../etc/passwd",
}
# For what is chosen and not typed.
NASTY_CHOICES = ("a NUL byte", "no number", "a huge number", "markup")
# A code or a key typed wrong too often is a matter of its own.
SKIPPED = {"csrfmiddlewaretoken"}
# The columns of a grid are read alike: the first one stands for all.
ALIKE = re.compile(r"-[1-9]\d*$")

# Of the forms, so that two workers beside each other have as much to do.
SHARES = 2


def pages(world: World) -> Iterator[str]:
    for name, keys in OF_A_TENANT.items():
        parts = {part: world.own.first(model).pk for part, model in keys.items()}
        yield reverse(name, kwargs={"organization": world.own.slug, **parts})
    for name, values in TENANT_FREE.items():
        yield reverse(name, kwargs=values)


def all_forms(client: Client, world: World) -> dict[tuple[str, str, frozenset[str]], tuple[str, Form]]:
    """Each form once, with the address that it is sent to."""
    found = {}
    for page in pages(world):
        answer = client.get(page)
        if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html"):
            for form in forms_in(answer.content.decode(), ("post", "get")):
                address = form.action or page
                names = frozenset(each.name for each in form.fields)
                found[(form.method, urlsplit(address).path, names)] = (address, form)
    return found


@pytest.mark.timeout(900)
@pytest.mark.parametrize("share", range(SHARES))
def test_no_form_breaks_whatever_is_sent(world: World, share: int) -> None:
    client = world.client("owner")
    sent = 0
    broken = []
    for address, form in list(all_forms(client, world).values())[share::SHARES]:
        for what, values in (*one_field_wrong(form), *all_at_once(form)):
            sent += 1
            status = status_of(client, address, form.method, values)
            if status >= 500:
                broken.append(f"{form.method} {address}: {what} is answered {status}")
    assert "\n".join(broken) == ""
    assert sent > 2000 / SHARES


def one_field_wrong(form: Form) -> Iterator[tuple[str, dict[str, list[str]]]]:
    for name in (name for name in form.filled().keys() - SKIPPED if not ALIKE.search(name)):
        for what in NASTY if name in form.typed() else NASTY_CHOICES:
            yield f"{what} in {name}", form.filled() | {name: [NASTY[what]]}


def all_at_once(form: Form) -> Iterator[tuple[str, dict[str, list[str]]]]:
    yield "every field empty", {name: [""] for name in form.filled()}
    yield "every field twice", {name: values * 2 for name, values in form.filled().items()}
    yield "nothing at all", {}


def status_of(client: Client, address: str, method: str, values: dict[str, list[str]]) -> int:
    """The status, with everything taken back: also a session that the form ended."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        answer = getattr(client, method)(address, values)
        transaction.set_rollback(True)
    client.cookies = cookies
    return int(answer.status_code)
