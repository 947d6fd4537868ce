"""How and when a member wants mail, and what the organization wants its people to be told at all."""

import datetime as dt
from typing import Any

import pytest

from reminders.models import OPTIONAL_KINDS, Kind, Message, OrganizationSwitch, Preference, Rhythm
from reminders.unsubscribe import token_for
from teams.models import Member
from teams.tenancy import tenant
from tests.cast import Cast

PAGE, FOR_EVERYONE = "/acme/notifications/", "/acme/notifications/everyone/"
OF_A_REP = [kind for kind in OPTIONAL_KINDS if kind != Kind.ESCALATION]
ALL_ON = {kind.value: "on" for kind in OPTIONAL_KINDS}


def switched_off(cast: Cast) -> set[str]:
    with tenant(cast.acme.pk):
        return set(Preference.objects.filter(member=cast.bob, is_on=False).values_list("kind", flat=True))


def rhythm(cast: Cast, member: Member) -> tuple[Any, ...]:
    with tenant(cast.acme.pk):
        found = Rhythm.objects.get(member=member)
        return found.mails, found.weekly, found.quiet_from, found.quiet_until


def test_switches(cast: Cast) -> None:
    client = cast.client(cast.bob)
    page = client.get(PAGE).content.decode()
    assert page.count("checked") == len(OF_A_REP) + 1  # and "one mail for each message"
    assert client.post(PAGE, {"deadline": "on"}).status_code == 302
    assert switched_off(cast) == set(OF_A_REP) - {Kind.DEADLINE}
    assert client.get(PAGE).content.count(b"checked") == 2
    client.post(PAGE, {})
    assert switched_off(cast) == set(OF_A_REP)
    client.post(PAGE, ALL_ON)
    assert switched_off(cast) == set()
    assert rhythm(cast, cast.bob) == ("each", False, None, None)


def test_who_leads_may_choose_the_weekly_digest(cast: Cast) -> None:
    for member, is_offered in ((cast.bob, False), (cast.alice, True), (cast.dan, True), (cast.vera, False)):
        page = cast.client(member).get(PAGE).content.decode()
        assert ('name="weekly"' in page, 'name="escalation"' in page) == (is_offered, is_offered)
    cast.client(cast.alice).post(PAGE, {**ALL_ON, "mails": "daily", "weekly": "on"})
    assert rhythm(cast, cast.alice) == ("daily", True, None, None)
    cast.client(cast.bob).post(PAGE, {**ALL_ON, "weekly": "on"})
    assert rhythm(cast, cast.bob)[1] is False


def test_quiet_hours(cast: Cast) -> None:
    client = cast.client(cast.bob)
    assert client.post(PAGE, {**ALL_ON, "quiet_from": "22:00", "quiet_until": "7.30"}).status_code == 302
    assert rhythm(cast, cast.bob)[2:] == (dt.time(22), dt.time(7, 30))
    page = client.get(PAGE).content.decode()
    assert 'value="22:00"' in page
    assert 'value="07:30"' in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"quiet_from": "22:00"}, "Give both times, or neither."),
        ({"quiet_until": "07:00"}, "Give both times, or neither."),
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, "Choose another time"),
        ({"quiet_from": "late", "quiet_until": "07:00"}, "Write a time like 22:00."),
        ({"quiet_from": "2\x002:00", "quiet_until": "07:00"}, "Write a time like 22:00."),
        ({"mails": "hourly"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_told_at_the_field_and_nothing_is_lost(cast: Cast, given: dict[str, str], said: str) -> None:
    answer = cast.client(cast.bob).post(PAGE, {"deadline": "on", "mails": "daily", **given})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert page.count("checked") == (1 if "mails" in given else 2)
    with tenant(cast.acme.pk):
        assert not Rhythm.objects.exists()


def test_the_organizations_off_is_shown_and_keeps_the_persons_own_choice(cast: Cast) -> None:
    admin, bob = cast.client(cast.dan), cast.client(cast.bob)
    on = {kind.value: "on" for kind in (*OPTIONAL_KINDS, Kind.WEEKLY) if kind != Kind.CHECK_IN}
    assert admin.post(FOR_EVERYONE, on).status_code == 302
    with tenant(cast.acme.pk):
        assert list(OrganizationSwitch.objects.filter(is_on=False).values_list("kind", flat=True)) == ["check_in"]
    assert admin.get(FOR_EVERYONE).content.count(b"checked") == len(on)
    page = bob.get(PAGE).content.decode()
    assert "Your organization has switched these off." in page
    bob.post(PAGE, {})
    assert switched_off(cast) == set(OF_A_REP) - {Kind.CHECK_IN}
    admin.post(FOR_EVERYONE, {**on, "check_in": "on"})
    assert "Your organization has switched these off." not in bob.get(PAGE).content.decode()


def test_no_weekly_digest_where_the_organization_wants_none(cast: Cast) -> None:
    cast.client(cast.dan).post(FOR_EVERYONE, ALL_ON)
    assert 'name="weekly"' not in cast.client(cast.alice).get(PAGE).content.decode()


def test_the_organizations_switches_are_for_admins(cast: Cast) -> None:
    assert [cast.client(who).get(FOR_EVERYONE).status_code for who in (cast.dan, cast.alice, cast.bob)] == [
        200,
        403,
        403,
    ]
    assert cast.client(cast.alice).post(FOR_EVERYONE, {}).status_code == 403


@pytest.mark.parametrize(
    ("kind", "before", "after", "off"),
    [
        (Kind.DIGEST, {"mails": "daily"}, ("none", False), set()),
        (Kind.WEEKLY, {"weekly": True}, ("each", False), {Kind.ESCALATION}),
    ],
)
def test_one_click_ends_a_digest_and_brings_no_mails_in_its_place(
    cast: Cast, kind: Kind, before: dict[str, Any], after: tuple[str, bool], off: set[Kind]
) -> None:
    with tenant(cast.acme.pk):
        Rhythm.objects.create(member=cast.bob, **before)
    address = f"/unsubscribe/{token_for(cast.acme.pk, cast.bob.pk, kind)}/"
    assert cast.client(cast.bob).post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert rhythm(cast, cast.bob)[:2] == after
    assert switched_off(cast) == off


def test_who_wants_no_digest_any_more_gets_what_waited_for_it(cast: Cast) -> None:
    client, now = cast.client(cast.bob), dt.datetime.now(dt.UTC)
    client.post(PAGE, {**ALL_ON, "mails": "daily"})
    hour = dt.timedelta(hours=1)
    with tenant(cast.acme.pk):
        for key, until in (("matters", now + hour), ("lapsed", now - hour)):
            Message.objects.create(
                organization=cast.acme, key=key, kind=Kind.DEADLINE, member=cast.bob, due_at=now - 2 * hour,
                expires_at=until, address="bob@example.com", state=Message.State.FOLDED,
            )  # fmt: skip
    client.post(PAGE, {**ALL_ON, "mails": "each"})
    with tenant(cast.acme.pk):
        assert dict(Message.objects.values_list("key", "state")) == {"matters": "pending", "lapsed": "folded"}
