"""What is found, by whom, and what is not."""

from collections.abc import Iterator

import pytest
from django.test import Client

from goals.models import Goal
from teams.models import Member
from teams.roles import Role
from teams.tenancy import tenant
from tests.cast import Cast, make_member
from tests.dashboards.stage import at_ten, make_north, page, text_of
from tests.dashboards.test_queries import page_queries
from tests.goals.stage import make_goal, make_kpi

pytestmark = pytest.mark.django_db
SEARCH = "/acme/search/"
MOST_QUERIES = 9  # session, account, membership, tenant and reach beside the four of the search


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with at_ten():
        yield


@pytest.fixture
def goals(cast: Cast) -> dict[str, Goal]:
    with tenant(cast.acme.pk):
        return make_north(cast)


def found(client: Client, asked: str) -> dict[str, list[str]]:
    groups = page(client, SEARCH, q=asked).context["groups"]
    return {group.title: [hit.name for hit in group.hits] for group in groups}


@pytest.mark.parametrize(
    ("asked", "kind", "names"),
    [
        ("dormant", "Goals", ["Reopen dormant accounts"]),
        ("DORMANT reopen", "Goals", ["Reopen dormant accounts"]),
        ("dormant hotels", "Goals", []),
        ("bob", "Goals", ["Reopen dormant accounts"]),
        ("calls mad", "KPIs", ["Calls made"]),
        ("carol@", "People", ["Carol"]),
        ("nor", "Teams", ["North"]),
        ("เป้าหมาย", "Pages", ["New goal", "Goals", "Tree of goals"]),
        ("%", "Goals", []),
        ("_", "Goals", []),
        ("zzz\0", "Goals", []),
        ("x" * 500, "Goals", []),
    ],
)
@pytest.mark.usefixtures("goals")
def test_every_word_counts_wherever_it_stands(cast: Cast, asked: str, kind: str, names: list[str]) -> None:
    assert sorted(found(cast.client(cast.dan), asked).get(kind, [])) == sorted(names)


@pytest.mark.parametrize("asked", ["สมชาย", "ชาย", "ใจดี", "น้ำ", "น\u0e4d\u0e49า", "น\u0e49\u0e4dา"])
def test_thai_is_found_without_spaces_and_however_it_was_typed(cast: Cast, asked: str) -> None:
    with tenant(cast.acme.pk):
        Member.objects.create(name="สมชาย น้ำใจดี", email="somchai@example.com", role=Role.REP.value)
    assert found(cast.client(cast.dan), asked)["People"] == ["สมชาย น้ำใจดี"]


@pytest.mark.usefixtures("goals")
def test_one_finds_what_one_may_see(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        make_goal(make_kpi("secrets", name="Secrets"), member=cast.carol, statement="Southern secrets")
    rep = cast.client(cast.bob)
    assert "Goals" not in found(rep, "southern")
    assert "People" not in found(rep, "carol")
    assert "Teams" not in found(rep, "south")
    assert "Organization settings" not in found(rep, "settings").get("Pages", [])
    assert found(cast.client(cast.dan), "southern")["Goals"] == ["Southern calls", "Southern secrets"]
    assert "Organization settings" in found(cast.client(cast.dan), "settings")["Pages"]
    with tenant(cast.globex.pk):
        make_member("Bobby", Role.REP)
    assert found(cast.client(cast.dan), "bob")["People"] == ["Bob"]


@pytest.mark.usefixtures("goals")
def test_without_words_it_offers_the_pages(cast: Cast) -> None:
    assert list(found(cast.client(cast.vera), " ")) == ["Pages"]
    assert "Record a value" not in found(cast.client(cast.vera), "")["Pages"]
    assert "Record a value" in found(cast.client(cast.bob), "")["Pages"]


@pytest.mark.usefixtures("goals")
def test_it_opens_on_top_of_a_page_with_a_few_of_each(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        for n in range(9):
            make_goal(make_kpi(f"k{n}"), member=cast.bob, statement=f"Harvest {n}")
    client = cast.client(cast.bob)
    on_top = page(client, SEARCH, fragment="found-on-top", q="harvest")
    assert text_of(on_top).count('class="hit"') == 6
    assert "show all" in text_of(on_top)
    assert "<html" not in text_of(page(client, SEARCH, fragment="palette"))
    assert text_of(page(client, SEARCH, q="harvest")).count('class="hit"') == 9


def test_the_queries_do_not_grow(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        kpi = make_kpi("visits")
        make_goal(kpi, member=cast.bob, statement="Alpha")
    client = cast.client(cast.alice)
    few = len(page_queries(client, SEARCH, q="a"))
    with tenant(cast.acme.pk):
        for n in range(40):
            make_goal(kpi, member=cast.bob, statement=f"Alpha {n}")
            Member.objects.create(name=f"Anna {n}", role=Role.REP.value)
    assert len(page_queries(client, SEARCH, q="a")) == few <= MOST_QUERIES
