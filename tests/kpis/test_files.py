"""The files of a KPI's pages hold the numbers of the pages."""

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis import sheets
from kpis.actions import add_from_catalogue, log_entry
from kpis.models import Kpi
from kpis.numbers import Cell, Scope, values
from kpis.periods import Window
from teams.models import Member, User
from teams.tenancy import tenant
from tests.cast import Cast

NOVEMBER = {"by": "custom", "first": "2026-11-01", "last": "2026-11-20"}
WINDOW = Window(dt.date(2026, 11, 1), dt.date(2026, 11, 20))
DAY, BEFORE = dt.date(2026, 11, 10), dt.date(2026, 10, 20)
LINK = '=HYPERLINK("http://evil.example")'


@pytest.fixture
def won(cast: Cast) -> Kpi:
    """Bob 3.25, and 1 before; Carol 2, of which Bob has 0.3; Dan, in no team, -1."""
    with tenant(cast.acme.pk):
        won, lost, _rate = add_from_catalogue(["won", "lost", "win_rate"])
        log_entry(kpi=won, member=cast.bob, date=DAY, value=Decimal("3.25"), by=cast.alice.user, note=LINK)
        log_entry(kpi=won, member=cast.bob, date=BEFORE, value=Decimal(1), by=None)
        shares = {cast.bob.pk: Decimal("0.3"), cast.carol.pk: Decimal("0.7")}
        log_entry(kpi=won, member=cast.carol, date=DAY, value=Decimal(2), by=None, shares=shares)
        log_entry(kpi=won, member=cast.dan, date=DAY, value=Decimal(-1), by=None)
        log_entry(kpi=lost, member=cast.bob, date=DAY, value=Decimal(4), by=None)
    return won


def content(cast: Cast, kpi: Kpi, file: str, member: Member | None, query: dict[str, str]) -> bytes:
    client = cast.client(member or cast.dan)
    response = client.get(f"/acme/kpis/{kpi.pk}/{file}/file/", NOVEMBER | {"of": "organization"} | query)
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment")
    return b"".join(response)


def read(cast: Cast, kpi: Kpi, file: str, member: Member | None = None, **query: str) -> list[list[str]]:
    text = content(cast, kpi, file, member, query).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def book(cast: Cast, kpi: Kpi, file: str, **query: str) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content(cast, kpi, file, None, {"as": "xlsx", **query})))


def number(kpi: Kpi, cast: Cast, scope: Scope | None = None, window: Window = WINDOW) -> Decimal | None:
    with tenant(cast.acme.pk):
        cell = Cell(kpi, scope or Scope.organization(), window)
        return values([cell])[cell]


def test_a_series_oldest_first(cast: Cast, won: Kpi) -> None:
    rows = read(cast, won, "series", by="month", on="2026-10-31")
    assert rows[0] == ["Period", "From", "To", "Deals won", "The period before", "A year before", "Note"]
    assert rows[-1] == ["Oct 2026", "2026-10-01", "2026-10-31", "1", "", "", ""]
    assert len(rows) == 1 + 14
    now = read(cast, won, "series", by="month")[-1]
    assert now[-1] == "so far"


def test_a_series_as_a_workbook_has_real_numbers(cast: Cast, won: Kpi) -> None:
    with tenant(cast.acme.pk):
        rate = Kpi.objects.get(code="win_rate")
    found = book(cast, rate, "series", of=f"member-{cast.bob.pk}")
    sheet = found.worksheets[0]
    assert sheet.cell(1, 4).value == rate.label
    held = [row for row in sheet.iter_rows(min_row=2, values_only=True) if row[3] is not None]
    expected = number(rate, cast, Scope.member(cast.bob.pk), Window(DAY, DAY))
    assert expected is not None
    assert [row[3] for row in held] == [pytest.approx(float(expected), rel=1e-15)]
    assert sheet.cell(2, 2).is_date
    assert {sheet.cell(row, 4).number_format for row in range(2, sheet.max_row + 1)} == {"General", "0.0%"}
    about = dict(found["About"].iter_rows(values_only=True))
    assert about["Formula"] == "won / (won + lost)"
    assert about["Whose numbers"] == "Bob"


def test_a_breakdown_has_all_rows_and_the_whole(cast: Cast, won: Kpi) -> None:
    assert read(cast, won, "breakdown", who="team") == [
        ["Team", "Deals won", "Share", "The period before"],
        ["North", "3.85", "0.9058823529411764705882352941", "1"],
        ["South", "1.4", "0.3294117647058823529411764706", ""],
        ["In none of these teams", "-1", "-0.2352941176470588235294117647", "0"],
        ["Acme", "4.25", "", "1"],
    ]
    with tenant(cast.acme.pk):
        rate = Kpi.objects.get(code="win_rate")
    rows = read(cast, rate, "breakdown", who="member", of=f"team-{cast.north.pk}", sort="name")
    assert rows[0] == ["Person", rate.label, "Deals won", "Deals lost", "The period before"]
    assert [row[0] for row in rows[1:]] == ["Alice", "Bob", "Vera", "North"]
    assert rows[2][2:4] == ["3.85", "4"]


def test_entries_add_up_to_the_number(cast: Cast, won: Kpi) -> None:
    rows = read(cast, won, "entries")
    assert rows[0] == [
        "Date", "For", "Recorded", "Share", "Amount", "Currency", "Note", "Source", "Recorded by", "Recorded on",
        "Counted",
    ]  # fmt: skip
    assert sum(Decimal(row[-1]) for row in rows[1:]) == number(won, cast) == Decimal("4.25")
    bobs = next(row for row in rows if row[1] == "Bob")
    assert bobs[:4] == ["2026-11-10", "Bob", "3.25", "1"]
    assert bobs[6:9] == [f"'{LINK}", "", "Alice"]
    own = read(cast, won, "entries", of=f"member-{cast.bob.pk}")
    assert [(row[1], row[3], row[-1]) for row in own[1:]] == [("Carol", "0.3", "0.6"), ("Bob", "1", "3.25")]


def test_a_note_is_no_formula_in_a_workbook(cast: Cast, won: Kpi) -> None:
    sheet = book(cast, won, "entries").worksheets[0]
    notes = [row[6] for row in sheet.iter_rows(min_row=2) if row[6].value]
    assert [(note.value, note.data_type) for note in notes] == [(LINK, "s")]


def test_what_one_may_not_read_is_added_up(cast: Cast, won: Kpi) -> None:
    """Bob sees the number of his team, and of its entries his own."""
    with tenant(cast.acme.pk):
        log_entry(kpi=won, member=cast.alice, date=DAY, value=Decimal(7), by=None)
    north = f"team-{cast.north.pk}"
    rows = read(cast, won, "entries", cast.bob, of=north)
    assert rows[-1][1] == "1 entry of others, which you may not read"
    assert sum(Decimal(row[-1]) for row in rows[1:]) == number(won, cast, Scope.team(cast.north.pk))
    assert cast.client(cast.bob).get(f"/acme/kpis/{won.pk}/entries/file/", {"of": "organization"}).status_code == 404


def test_more_than_a_file_holds_is_added_up(cast: Cast, won: Kpi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ENTRIES", 1)
    rows = read(cast, won, "entries")
    assert [row[1] for row in rows[1:]] == ["Dan", "2 older entries, too many for a file"]
    assert sum(Decimal(row[-1]) for row in rows[1:]) == number(won, cast)
    page = cast.client(cast.dan).get(f"/acme/kpis/{won.pk}/entries/", NOVEMBER | {"of": "organization"})
    assert "The newest 1 entries one by one" in page.content.decode()


def test_headings_and_names_in_thai(cast: Cast, won: Kpi) -> None:
    User.objects.filter(email=cast.dan.email).update(language="th")
    with tenant(cast.acme.pk):
        Member.objects.filter(pk=cast.bob.pk).update(name="สมชาย ใจดี")
    rows = read(cast, won, "breakdown", who="member")
    assert rows[0][0] == "ชื่อ"
    assert "สมชาย ใจดี" in [row[0] for row in rows]
    assert read(cast, won, "series", by="month", on="2026-10-31")[-1][0] == "ต.ค. 2569"


@pytest.mark.parametrize("page", ["", "breakdown/", "entries/"])
def test_the_pages_lead_to_their_files(cast: Cast, won: Kpi, page: str) -> None:
    client = cast.client(cast.dan)
    text = client.get(f"/acme/kpis/{won.pk}/{page}", NOVEMBER | {"of": "organization"}).content.decode()
    links = [part.partition('"')[0] for part in text.split('href="') if "/file/?" in part.partition('"')[0]]
    assert len(links) == 2
    for link in links:
        assert client.get(link.replace("&amp;", "&")).status_code == 200


def test_a_long_file_asks_no_more_than_a_short_one(cast: Cast, won: Kpi) -> None:
    def count() -> int:
        client = cast.client(cast.dan)
        address = f"/acme/kpis/{won.pk}/entries/file/"
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address, NOVEMBER | {"of": "organization"})
        return len(captured)

    few = count()
    with tenant(cast.acme.pk):
        for n in range(40):
            log_entry(kpi=won, member=cast.bob, date=DAY, value=Decimal(n), by=None)
    assert count() == few
