"""The start page, new organizations, settings, days off, and what a person chooses for themself."""

import uuid

import pytest
from django.test import Client
from django.utils import timezone

from kpis.actions import add_from_catalogue
from teams.models import Holiday, Member, Organization, Team, User
from teams.tenancy import tenant
from tests.cast import PASSWORD, Cast

NEW = {
    "name": "ACME Thailand",
    "slug": "",
    "time_zone": "Asia/Bangkok",
    "language": "th",
    "currency": "thb",
    "week_start": "7",
    "fiscal_year_start": "10",
    "working_days": ["1", "2", "3", "4", "5", "6"],
}
SETTINGS = NEW | {
    "slug": "acme",
    "name": "Acme",
    "grace_days": "3",
    "weekly_hours": "37.5",
    "visibility": "open",
    "fiscal_calendar": "months",
}


def new_client(email: str = "new@example.com") -> Client:
    client = Client()
    person = User.objects.create_user(email=email, password=PASSWORD, name="Newt")
    client.force_login(person)
    return client


def test_the_start_leads_where_one_belongs(cast: Cast) -> None:
    assert Client().get("/")["Location"] == "/account/login/?next=/"
    assert new_client().get("/")["Location"] == "/start/new/"
    assert cast.client(cast.bob).get("/")["Location"] == "/acme/"


def test_with_two_organizations_the_last_used_one_is_the_start(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        Member.objects.create(name="Charlie", user=cast.charlie.user)
    charlie = cast.client(cast.charlie)
    assert charlie.get("/")["Location"] == "/start/"
    charlie.get("/acme/people/")
    assert charlie.get("/")["Location"] == "/acme/"
    charlie.get("/globex/people/")
    assert charlie.get("/")["Location"] == "/globex/"


def test_the_founder_owns_the_organization_and_has_a_team(db: None) -> None:
    client = new_client()
    request_id = str(uuid.uuid4())
    for _ in range(2):
        assert client.post("/start/new/", NEW | {"request_id": request_id})["Location"] == "/acme-thailand/begin/"
    organization = Organization.objects.get(name="ACME Thailand")
    assert (organization.currency, organization.week_start, organization.fiscal_year_start) == ("THB", 7, 10)
    assert organization.working_days == [1, 2, 3, 4, 5, 6]
    with tenant(organization.pk):
        owner = Member.objects.get()
        assert (owner.role, owner.name) == ("owner", "Newt")
        assert Team.objects.get().manager == owner
    assert client.get("/acme-thailand/people/").status_code == 200


def test_an_address_is_made_from_the_name(cast: Cast) -> None:
    client = new_client()
    asked = {"HX-Request": "true", "HX-Target": "div#address"}
    for name, address in (("Acme", "acme-2"), ("บริษัท", "organization"), ("Start", "start-2"), ("x" * 90, "x" * 34)):
        answer = client.get("/start/new/", {"name": name, "slug": ""}, headers=asked).content.decode()
        assert f'value="{address}"' in answer
    answer = client.get("/start/new/", {"name": "Acme", "slug": "mine"}, headers=asked).content.decode()
    assert 'value="mine"' in answer


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("slug", "acme"),
        ("slug", "ACME"),
        ("slug", "me"),
        ("slug", "not a slug"),
        ("slug", "ไทย"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../etc/passwd"),
        ("language", "xx"),
        ("currency", "12"),
        ("currency", "B฿B"),
        ("week_start", "8"),
        ("week_start", "x"),
        ("fiscal_year_start", "0"),
        ("working_days", []),
        ("working_days", ["9"]),
    ],
)
def test_what_is_wrong_with_a_new_organization_is_said_at_the_field(cast: Cast, field: str, value: object) -> None:
    answer = new_client().post("/start/new/", NEW | {"request_id": str(uuid.uuid4()), field: value})
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert Organization.objects.count() == 2


@pytest.mark.parametrize("request_id", ["", "x", "\0"])
def test_a_form_without_its_request_id_is_refused(cast: Cast, request_id: str) -> None:
    assert new_client().post("/start/new/", NEW | {"request_id": request_id}).status_code == 422


def test_settings_are_stored_and_the_address_may_change(cast: Cast) -> None:
    answer = cast.client(cast.dan).post("/acme/settings/", SETTINGS | {"slug": "acme-co"})
    assert answer["Location"] == "/acme-co/settings/"
    cast.acme.refresh_from_db()
    assert (cast.acme.slug, cast.acme.grace_days, str(cast.acme.weekly_hours)) == ("acme-co", 3, "37.5")
    assert cast.acme.visibility == "open"


def test_a_fiscal_year_of_weeks_names_its_periods_everywhere(cast: Cast) -> None:
    dan = cast.client(cast.dan)
    weeks = {"fiscal_calendar": "weeks", "fiscal_year_start": "1", "week_start": "1", "language": "en"}
    assert dan.post("/acme/settings/", SETTINGS | weeks).status_code == 302
    with tenant(cast.acme.pk):
        add_from_catalogue(["calls"])
    assert "<strong>P11 FY2025</strong>" in dan.get("/acme/kpis/?by=month&on=2025-10-27").content.decode()
    assert "<strong>Q4 FY2025</strong>" in dan.get("/acme/kpis/?by=quarter&on=2025-12-28").content.decode()
    board = dan.get("/acme/team/?period=quarter&on=2025-12-28").content.decode()
    assert "<strong>Q4 FY2025</strong>" in board
    assert "29 Sep" in board


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", ""),
        ("slug", "globex"),
        ("fiscal_calendar", "moons"),
        ("grace_days", "-1"),
        ("grace_days", "1.5"),
        ("grace_days", "1e9"),
        ("weekly_hours", "0"),
        ("weekly_hours", "12,5"),
        ("weekly_hours", "9" * 40),
        ("visibility", "secret"),
    ],
)
def test_wrong_settings_are_refused(cast: Cast, field: str, value: str) -> None:
    answer = cast.client(cast.dan).post("/acme/settings/", SETTINGS | {field: value})
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    cast.acme.refresh_from_db()
    assert (cast.acme.slug, cast.acme.grace_days) == ("acme", 2)


def test_holidays_by_hand(cast: Cast) -> None:
    dan = cast.client(cast.dan)
    for _ in range(2):
        assert dan.post("/acme/settings/holidays/", {"date": "31/12/2569", "name": "สิ้นปี"}).status_code == 302
    answer = dan.post("/acme/settings/holidays/", {"date": "2026-12-31", "name": "Other"})
    assert answer.status_code == 422
    assert 'id="id_date_error"' in answer.content.decode()
    for sent in ({"date": "31/2/2026", "name": "x"}, {"date": "", "name": ""}, {"date": "2026-01-01", "name": "a\0"}):
        assert dan.post("/acme/settings/holidays/", sent).status_code == 422
    with tenant(cast.acme.pk):
        holiday = Holiday.objects.get()
    assert dan.post(f"/acme/settings/holidays/{holiday.pk}/remove/").status_code == 302
    with tenant(cast.acme.pk):
        assert not Holiday.objects.exists()


def test_a_countrys_list_is_taken_over_once(cast: Cast) -> None:
    dan, year = cast.client(cast.dan), timezone.now().year
    address = f"/acme/settings/holidays/ready/?country=TH&year={year}"
    page = dan.get(address).content.decode()
    assert "Songkran" in page
    days = [f"{year}-04-13", f"{year}-05-01"]
    for _ in range(2):
        assert dan.post(address, {"days": days}).status_code == 302
    with tenant(cast.acme.pk):
        assert [str(date) for date in Holiday.objects.order_by("date").values_list("date", flat=True)] == days
    assert dan.post(address, {"days": [f"{year}-01-30"]}).status_code == 422
    assert dan.post(address, {"days": ["x"]}).status_code == 422
    assert dan.post(address).status_code == 422
    for query in ("country=XX&year=2026", "country=TH&year=1", "country=TH&year=x", ""):
        assert dan.get(f"/acme/settings/holidays/ready/?{query}").status_code == 422


def test_language_and_theme_of_a_visitor_live_on_the_device(db: None) -> None:
    browser = Client()
    answer = browser.post("/start/language/", {"language": "th", "next": "/account/signup/"})
    assert answer["Location"] == "/account/signup/"
    assert browser.get("/account/login/")["Content-Language"] == "th"
    browser.post("/start/theme/", {"theme": "dark", "next": "/"})
    assert 'data-theme="dark"' in browser.get("/account/login/").content.decode()


def test_language_and_theme_of_a_person_live_on_the_account(cast: Cast) -> None:
    bob = cast.client(cast.bob)
    bob.post("/start/language/", {"language": "th", "next": "/acme/people/"})
    bob.post("/start/theme/", {"theme": "dark", "next": "/acme/people/"})
    elsewhere = cast.client(cast.bob)
    page = elsewhere.get("/acme/people/")
    assert page["Content-Language"] == "th"
    assert 'data-theme="dark"' in page.content.decode()


@pytest.mark.parametrize(
    "page",
    [
        "https://evil.example/",
        "//evil.example",
        "javascript:alert(1)",
        "",
        "1e400",
        "teams:profile",
        "/\r\nX: y",
        "http:///evil.example",
    ],
)
def test_nobody_is_sent_elsewhere(db: None, page: str) -> None:
    assert Client().post("/start/language/", {"language": "th", "next": page})["Location"] == "/"


@pytest.mark.parametrize("address", ["/start/language/", "/start/theme/"])
def test_unknown_choices_are_refused(cast: Cast, address: str) -> None:
    for value in ("xx", "\0", "dark; path=/"):
        assert Client().post(address, {"language": value, "theme": value}).status_code == 400
    assert Client().get(address).status_code == 405


def test_the_profile(cast: Cast) -> None:
    bob = cast.client(cast.bob)
    sent = {"name": "Bob B", "language": "th", "theme": "dark", "time_zone": "Europe/Paris"}
    assert bob.post("/me/", sent).status_code == 302
    person = User.objects.get(email="bob@example.com")
    assert (person.name, person.language, person.theme, person.time_zone) == ("Bob B", "th", "dark", "Europe/Paris")
    for wrong in ({"name": ""}, {"language": "xx"}, {"theme": "pink"}, {"time_zone": "Mars/Olympus"}, {"name": "a\0"}):
        assert bob.post("/me/", sent | wrong).status_code == 422
    sneaky = sent | {"is_active": "", "email": "dan@example.com", "password": "x"}
    assert bob.post("/me/", sneaky).status_code == 302
    assert User.objects.get(pk=person.pk).email == "bob@example.com"
