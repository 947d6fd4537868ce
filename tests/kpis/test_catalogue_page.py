"""The page of the catalogue: found by a word, and said before it happens what a tap would add."""

import re
from html import unescape

import pytest

from kpis.actions import add_from_catalogue
from kpis.catalogue import CATALOGUE
from teams.tenancy import tenant
from tests.cast import Cast
from tests.kpis.test_kpi_pages import codes

URL = "/acme/kpis/catalogue/"


def text_of(cast: Cast, **query: str) -> str:
    page = cast.client(cast.dan).get(URL, query).content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page[page.index('id="catalogue"') :])).split())


def test_each_kpi_is_shown_whole(cast: Cast) -> None:
    page = text_of(cast)
    for item in CATALOGUE.values():
        for text in (item.name, item.note, item.formula, item.source):
            assert str(text) in page
    assert "won / (won + lost) Percent Higher is better Every week Source: Common definition" in page


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"q": "CHURN"}, 1),
        ({"q": "opening(cus"}, 2),
        ({"q": "opening churn"}, 1),
        ({"q": "deals lost"}, 2),  # itself, and what is made of it
        ({"group": "customers"}, 7),
        ({"group": "customers", "q": "margin"}, 0),
        ({"group": "nonsense"}, 0),
        ({"q": "\0"}, 0),
        ({}, len(CATALOGUE)),
    ],
)
def test_found_by_words_and_by_group(cast: Cast, query: dict[str, str], count: int) -> None:
    page = text_of(cast, **query)
    assert f"{count} KPI" in page
    assert ("Nothing found" in page) == (count == 0)


def test_found_in_the_readers_language(cast: Cast) -> None:
    client = cast.client(cast.dan)
    client.post("/start/language/", {"language": "th"})
    assert "กำไรขั้นต้น" in client.get(URL, {"q": "กำไรขั้นต้น"}).content.decode()


def test_what_comes_along_is_said_before(cast: Cast) -> None:
    with tenant(cast.acme.pk):
        add_from_catalogue(["customers"])
    assert "Brings along: Lost customers Add with 1 part" in text_of(cast, q="churn rate")
    assert "Add all" in cast.client(cast.dan).get(URL).content.decode()
    cast.client(cast.dan).post("/acme/kpis/add/", {"keys": "churn_rate"})
    assert codes(cast) == {"customers", "lost_customers", "churn_rate"}
    assert "Brings along" not in text_of(cast, q="churn rate")


def test_htmx_gets_the_list_alone(cast: Cast) -> None:
    headers = {"HX-Request": "true", "HX-Target": "div#catalogue"}
    page = cast.client(cast.dan).get(URL, {"q": "churn"}, headers=headers).content.decode()
    assert page.startswith('<div id="catalogue"')
