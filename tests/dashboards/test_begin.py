"""The guided path of a new organization: its state is what is there, and every step can be skipped."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from kpis.models import Kpi
from teams.models import Invitation, Member
from teams.tenancy import tenant
from tests.cast import Cast
from tests.dashboards.stage import at_ten, page, text_of
from tests.goals.stage import make_goal

pytestmark = pytest.mark.django_db
BEGIN = "/globex/begin/"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with at_ten():
        yield


@pytest.fixture
def owner(cast: Cast) -> Client:
    return cast.client(cast.charlie)


def where(client: Client) -> str:
    return str(client.get(BEGIN)["Location"])


def invite(client: Client, people: str, request_id: str = "") -> Any:
    return client.post(f"{BEGIN}people/", {"people": people, "request_id": request_id or str(uuid.uuid4())})


def test_it_leads_from_step_to_step_by_what_is_there(cast: Cast, owner: Client) -> None:
    assert where(owner) == f"{BEGIN}kpis/"
    answer = owner.post(f"{BEGIN}kpis/", {"keys": ["win_rate", "calls"]})
    assert answer["Location"] == f"{BEGIN}people/"
    with tenant(cast.globex.pk):
        assert set(Kpi.objects.values_list("code", flat=True)) == {"win_rate", "won", "lost", "calls"}
    assert where(owner) == f"{BEGIN}people/"
    assert invite(owner, "nok@example.com")["Location"] == f"{BEGIN}goal/"
    assert where(owner) == f"{BEGIN}goal/"
    text = text_of(page(owner, f"{BEGIN}goal/"))
    with tenant(cast.globex.pk):
        calls = Kpi.objects.get(code="calls")
        assert f"/globex/goals/new/?kpi={calls.pk}" in text
        make_goal(calls, member=cast.charlie)
    assert where(owner) == "/globex/"
    assert page(owner, "/globex/").context["steps"] == []


def test_a_skipped_step_is_asked_again_by_nobody_and_stays_open(owner: Client) -> None:
    first = page(owner, f"{BEGIN}kpis/")
    assert first.context["skip"] == f"{BEGIN}people/"
    assert page(owner, f"{BEGIN}people/").context["skip"] == f"{BEGIN}goal/"
    assert "You have not chosen a KPI yet" in text_of(page(owner, f"{BEGIN}goal/"))
    assert [step.is_done for step in page(owner, "/globex/").context["steps"]] == [False] * 3


@pytest.mark.parametrize(
    ("typed", "people"),
    [
        ("nok@example.com", {"nok@example.com": "nok"}),
        (
            "Nok Jaidee <NOK@example.com>,\n\n  lek@example.com ;",
            {"nok@example.com": "Nok Jaidee", "lek@example.com": "lek"},
        ),
        ("สมชาย ใจดี somchai@example.com", {"somchai@example.com": "สมชาย ใจดี"}),
        ('"Lek, Sales" lek@example.com', {"lek@example.com": "Lek, Sales"}),
        ("nok@example.com\nNok nok@example.com", {"nok@example.com": "nok"}),
    ],
)
def test_people_are_invited_into_the_founder_s_team(
    cast: Cast, owner: Client, typed: str, people: dict[str, str]
) -> None:
    assert invite(owner, typed).status_code == 302
    with tenant(cast.globex.pk):
        new = Member.objects.exclude(pk=cast.charlie.pk)
        assert dict(new.values_list("email", "name")) == people
        assert set(new.values_list("role", "memberships__team__name")) == {("rep", "West")}
        assert Invitation.objects.count() == len(people)


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", "Write at least one address"),
        ("Nok", "There is no email address in: Nok"),
        ("nok@example.com\nlek@", "There is no email address in: lek@"),
        ("\n".join(f"p{n}@example.com" for n in range(31)), "At most 30 people at once"),
        ("charlie@example.com", "charlie@example.com: This person is a member already."),
        ("nok@example.com\ncharlie@example.com", "charlie@example.com: This person is a member already."),
        ("a\0b@example.com", "Null characters are not allowed."),
    ],
)
def test_wrong_addresses_are_named_and_nobody_is_invited(cast: Cast, owner: Client, typed: str, error: str) -> None:
    answer = invite(owner, typed)
    assert answer.status_code == 422
    assert error in answer.content.decode()
    with tenant(cast.globex.pk):
        assert not Invitation.objects.exists()


def test_sent_twice_invites_once(cast: Cast, owner: Client) -> None:
    request_id = str(uuid.uuid4())
    for _time in range(2):
        assert invite(owner, "nok@example.com\nlek@example.com", request_id).status_code == 302
    with tenant(cast.globex.pk):
        assert Invitation.objects.count() == 2


def test_nothing_chosen_is_said_at_the_field(owner: Client) -> None:
    answer = owner.post(f"{BEGIN}kpis/", {})
    assert answer.status_code == 422
    assert "Choose at least one, or skip this step." in answer.content.decode()


@pytest.mark.parametrize("who", ["alice", "bob", "vera"])
def test_it_is_for_who_sets_the_organization_up(cast: Cast, who: str) -> None:
    client = cast.client(getattr(cast, who))
    assert [client.get(f"/acme/begin/{step}").status_code for step in ("", "kpis/", "people/", "goal/")] == [403] * 4
