"""From a file to the numbers, through the command that people use."""

import datetime as dt
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from kpis.actions import add_from_catalogue
from kpis.models import Entry, EntryChange, Kpi
from kpis.numbers import Scope, value
from kpis.periods import Window
from teams.models import Member, Team
from teams.roles import Role
from teams.tenancy import tenant
from tests.cast import Cast

YEAR = Window(dt.date(2017, 1, 1), dt.date(2017, 12, 31))
HEADER = "opportunity_id,sales_agent,deal_stage,engage_date,close_date,close_value\n"
DEALS = HEADER + (
    "A1,Moses Frase,Won,2016-10-20,2017-03-01,1054\n"
    "A2,Moses Frase,Lost,2016-10-25,2017-03-11,0\n"
    "A3,Ann  Snelling,Won,2017-01-05,2017-04-02,450.50\n"
    "A4,Ann Snelling,Engaging,2017-05-01,,\n"
    "A5,Ann Snelling,Prospecting,,,\n"
)
TEAMS = "sales_agent,manager,regional_office\nMoses Frase,Dusty Brink,Central\nAnn Snelling,Dusty Brink,Central\n"


@pytest.fixture
def deals(tmp_path: Path) -> Path:
    (tmp_path / "sales_teams.csv").write_text(TEAMS)
    path = tmp_path / "deals.csv"
    path.write_text(DEALS)
    return path


def run(path: Path, *options: str, mapping: str = "crm_pipeline") -> tuple[int, str, str]:
    """Exit status, what was printed, and what was complained about."""
    out, err, status = StringIO(), StringIO(), 0
    try:
        call_command(
            "import_entries", path, "--organization", "acme", "--mapping", mapping, *options, stdout=out, stderr=err
        )
    except SystemExit as exit_:
        status = int(str(exit_.code))
    return status, out.getvalue(), err.getvalue()


def number(code: str, scope: Scope, window: Window = YEAR) -> Decimal | None:
    return value(Kpi.objects.get(code=code), scope, window)


def test_rows_become_numbers_for_members_teams_and_organization(cast: Cast, deals: Path) -> None:
    status, out, _err = run(deals, "--create-members")
    assert (status, out.split(":")[0]) == (0, "5 rows")
    with tenant(cast.acme.pk):
        add_from_catalogue(["win_rate"])
        team = Team.objects.get(name="Dusty Brink")
        assert team.parent == Team.objects.get(name="Central")
        assert team.manager == Member.objects.get(name="Dusty Brink", role=Role.MANAGER)
        moses = Member.objects.get(name="Moses Frase")
        assert moses.user is None
        assert number("revenue", Scope.organization()) == Decimal("1504.50")
        assert number("won", Scope.team(team.pk)) == 2
        assert round(number("win_rate", Scope.team(team.pk)) or 0, 6) == Decimal("0.666667")
        assert number("win_rate", Scope.member(moses.pk)) == Decimal("0.5")
        assert number("opportunities", Scope.organization(), Window(dt.date(2016, 1, 1), YEAR.end)) == 4


def test_repeating_adds_nothing(cast: Cast, deals: Path) -> None:
    run(deals, "--create-members")
    _status, out, _err = run(deals, "--create-members")
    assert "0 entries added, 0 updated, 9 unchanged, 0 rows refused; 0 members, 0 teams and 0 KPIs made" in out


def test_a_changed_row_updates_its_entry_and_keeps_what_it_said(cast: Cast, deals: Path) -> None:
    run(deals, "--create-members")
    deals.write_text(DEALS.replace("1054", "2000"))
    _status, out, _err = run(deals)
    assert "0 entries added, 1 updated" in out
    with tenant(cast.acme.pk):
        assert number("revenue", Scope.organization()) == Decimal("2450.50")
        assert EntryChange.objects.get().old_value == 1054


def test_dry_run_stores_nothing(cast: Cast, deals: Path) -> None:
    _status, out, _err = run(deals, "--create-members", "--dry-run")
    assert "9 entries added" in out
    assert "nothing stored" in out
    with tenant(cast.acme.pk):
        assert not Entry.objects.exists()
        assert not Kpi.objects.exists()
        assert not Member.objects.filter(user=None).exists()


def test_unknown_members_are_refused_by_line_and_the_rest_is_stored(cast: Cast, deals: Path) -> None:
    with tenant(cast.acme.pk):
        Member.objects.create(name="Moses Frase")
    status, out, err = run(deals)
    assert status == 1
    assert "3 rows refused" not in out  # the row that is still being prospected asks for nobody
    assert err.splitlines()[0].startswith("line 4: There is no member “Ann  Snelling”")
    with tenant(cast.acme.pk):
        assert number("revenue", Scope.organization()) == 1054


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("B1,Moses Frase,Won,2017-01-01,2017-02-30,5", "2017-02-30"),
        ("B1,Moses Frase,Won,2017-01-01,2017-02-03,NaN", "NaN"),
        ("B1,Moses Frase,Won,2017-01-01,2017-02-03,1e400", "1e400"),
        ("B1,Moses Frase,Won,2017-01-01,2017-02-03,1.1234567", "decimals"),
        (",Moses Frase,Won,2017-01-01,2017-02-03,5", "opportunity_id"),
        ("B1,,Won,2017-01-01,2017-02-03,5", "no member"),
        ("B1,Mo\0ses,Won,2017-01-01,2017-02-03,5", "NUL"),
        ("B1,Moses Frase,Won", "3 fields"),
        ("B1,Moses Frase,Won,0017-01-01,0017-02-03,5", "too long ago"),
    ],
)
def test_a_bad_row_is_refused_whole(cast: Cast, deals: Path, row: str, says: str) -> None:
    deals.write_text(DEALS + row + "\n")
    status, out, err = run(deals, "--create-members")
    assert status == 1
    assert "9 entries added" in out
    assert err.startswith("line 7: ")
    assert says in err


@pytest.mark.parametrize(
    ("content", "mapping", "says"),
    [
        ("id,name\n1,2\n", "crm_pipeline", "no column “sales_agent"),
        (DEALS + '"open', "crm_pipeline", "Line 7"),
        ("", "crm_pipeline", "empty"),
        (DEALS, "nosuch", "crm_pipeline"),
        (",".join(f"c{n}" for n in range(10_000)), "crm_pipeline", "10000 columns"),
    ],
)
def test_an_unusable_file_changes_nothing(cast: Cast, deals: Path, content: str, mapping: str, says: str) -> None:
    deals.write_text(content)
    with pytest.raises(CommandError, match=says):
        run(deals, "--create-members", mapping=mapping)
    with tenant(cast.acme.pk):
        assert not Entry.objects.exists()
        assert not Team.objects.filter(name="Central").exists()


def test_two_locales_of_one_file_give_the_same_numbers(cast: Cast, tmp_path: Path) -> None:
    point, comma = tmp_path / "point.csv", tmp_path / "comma.csv"
    point.write_text('Row ID,Order Date,Region,Sales,Profit\n1,11/28/2017,South,"1,261.96",41.9136\n', "utf-8-sig")
    comma.write_bytes(
        "Row ID;Order Date;Region;Sales;Profit\r\n1;28.11.2017;Sóuth;1.261,96;41,9136\r\n".encode("cp1252")
    )
    for path in (point, comma):
        status, _out, err = run(path, "--create-members", mapping="retail_orders")
        assert (status, err) == (0, "")
    with tenant(cast.acme.pk):
        entries = list(Entry.objects.values_list("kpi__code", "date", "value"))
    assert sorted(entries) == [
        ("cost_of_goods", dt.date(2017, 11, 28), Decimal("1220.0464")),
        ("revenue", dt.date(2017, 11, 28), Decimal("1261.96")),
    ]
