"""Lists of exchange rates: by the command, pasted or as a file; and entries in other currencies from a file."""

import datetime as dt
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from connectors.actions import import_table
from connectors.mapping import MappingError, parse
from kpis.actions import add_from_catalogue
from kpis.models import Entry, ExchangeRate
from kpis.rates import NewRate, set_rates
from teams.tenancy import tenant
from tests.cast import Cast

D = Decimal
LIST = "Currency;Date;Rate\nUSD;1/11/2569;35.2\nusd;20/11/2569;36\nVND;1/11/2569;0.00139\n"


def stored(cast: Cast) -> list[tuple[str, str, Decimal]]:
    with tenant(cast.acme.pk):
        rows = ExchangeRate.objects.order_by("currency", "day").values_list("currency", "day", "rate")
        return [(currency, day.isoformat(), rate) for currency, day, rate in rows]


def run(path: Path) -> tuple[str, str]:
    out, error = StringIO(), StringIO()
    call_command("import_rates", str(path), organization="acme", stdout=out, stderr=error)
    return out.getvalue(), error.getvalue()


def test_the_command_stores_rates_once(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text("currency,day,rate\nUSD,2026-11-01,35.2\nVND,2026-11-01,0.00139\n")
    assert run(path)[0].startswith("2 rates added, 0 corrected, 0 unchanged")
    assert run(path)[0].startswith("0 rates added, 0 corrected, 2 unchanged")
    assert stored(cast) == [("USD", "2026-11-01", D("35.2")), ("VND", "2026-11-01", D("0.00139"))]
    path.write_text("currency,day,rate\nUSD,2026-11-01,36\n")
    assert run(path)[0].startswith("0 rates added, 1 corrected")


def test_the_command_lists_refused_lines_and_stores_the_others(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    lines = [
        "currency,day,rate", "USD,2026-11-01,35.2", "USD,2026-11-31,35", "THB,2026-11-01,1", "EU,2026-11-01,38",
        'EUR,2026-11-01,"38,5"', "EUR,2026-11-01,0", "EUR,2026-11-01", "EUR,0026-11-01,38",
    ]  # fmt: skip
    path.write_text("\n".join(lines))
    error = StringIO()
    with pytest.raises(SystemExit):
        call_command("import_rates", str(path), organization="acme", stdout=StringIO(), stderr=error)
    refused = error.getvalue().splitlines()
    assert [line.partition(":")[0] for line in refused] == [f"line {number}" for number in range(3, 10)]
    for line, reason in zip(
        refused,
        ("is not a date", "own currency", "three letters", "38.5", "more than 0", "2 fields", "too long ago"),
        strict=True,
    ):
        assert reason in line
    assert stored(cast) == [("USD", "2026-11-01", D("35.2"))]


@pytest.mark.parametrize("text", ["", "day,rate\n2026-11-01,35\n", "currency,day,rate\nUSD,1/2/2026,35\n"])
def test_a_file_that_cannot_be_read_stores_nothing(cast: Cast, tmp_path: Path, text: str) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(text)
    with pytest.raises(CommandError):
        run(path)
    assert stored(cast) == []


@pytest.mark.parametrize("way", ["text", "file"])
def test_a_list_is_pasted_or_sent(cast: Cast, way: str) -> None:
    dan, url = cast.client(cast.dan), "/acme/settings/rates/import/"

    def send(text: str) -> dict[str, object]:
        return {"text": text} if way == "text" else {"file": SimpleUploadedFile("bank.csv", text.encode())}

    for _ in range(2):
        answer = dan.post(url, send(LIST))
        assert answer["Location"] == "/acme/settings/rates/"
    assert len(stored(cast)) == 3
    answer = dan.post(url, send(LIST + "GBP;1/11/2569;none\nGBP;2/11/2569;44\n"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "1 line was refused." in page
    assert "<b>Line 5</b>" in page
    assert ("GBP", "2026-11-02", D(44)) in stored(cast)
    assert dan.post(url, {}).status_code == 422
    assert dan.post(url, {"text": "a\0b"}).status_code == 422
    assert dan.post(url, {"file": SimpleUploadedFile("x.csv", b"\xff\xfe\0")}).status_code == 422


MAPPING = {
    "member": "who", "external_id": "id", "date": "day", "currency": {"column": "money"},
    "entries": [{"kpi": "revenue", "value": "amount"}, {"kpi": "calls", "value": {"fixed": 1}}],
}  # fmt: skip
DEALS = (
    "id,who,day,amount,money\n1,Bob,2026-11-03,100,usd\n2,Bob,2026-11-03,100,\n3,Bob,2026-10-03,100,USD\n"
    "4,Bob,2026-11-03,100,EUR\n5,Bob,2026-11-03,100,THB\n6,Bob,2199-11-03,100,USD\n"
)


def test_entries_in_other_currencies_are_converted_or_refused_line_by_line(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    refused: list[tuple[int, str]] = []
    path.write_text(DEALS)
    with tenant(cast.acme.pk):
        add_from_catalogue(["revenue", "calls"])
        set_rates([NewRate("USD", dt.date(2026, 11, 1), D(35))], by=None)
    for round_ in range(2):
        refused.clear()
        report = import_table(
            cast.acme, path, parse(MAPPING, "deals"), refuse=lambda line, reason: refused.append((line, reason))
        )
        assert [line for line, _reason in refused] == [4, 5, 7]
        assert (report.added, report.unchanged, report.refused) == ((6, 0, 3) if round_ == 0 else (0, 6, 3))
    reasons = [reason for _line, reason in refused]
    assert "no rate for USD" in reasons[0]
    assert "no rate for EUR" in reasons[1]
    assert "still to come" in reasons[2]
    with tenant(cast.acme.pk):
        rows = Entry.objects.order_by("external_id", "kpi__code").values_list(
            "external_id", "kpi__code", "value", "currency", "amount"
        )
        assert list(rows) == [
            ("1", "calls", D(1), "", None), ("1", "revenue", D(3500), "USD", D(100)),
            ("2", "calls", D(1), "", None), ("2", "revenue", D(100), "", None),
            ("5", "calls", D(1), "", None), ("5", "revenue", D(100), "", None),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("currency", "says"),
    [
        ({"fixed": "US"}, "is not a currency"),
        ({"fixed": "USD", "column": "money"}, "either a column or a fixed currency"),
        ({}, "either a column or a fixed currency"),
        ({"fixed": "USD", "rate": 35}, "rate"),
    ],
)
def test_a_currency_in_the_mapping_is_checked(currency: dict[str, str], says: str) -> None:
    with pytest.raises(MappingError, match=says):
        parse({**MAPPING, "currency": currency}, "deals")


def test_a_fixed_currency_may_stand_at_one_entry(cast: Cast) -> None:
    entry = {"kpi": "revenue", "value": "amount", "currency": {"fixed": "usd"}}
    mapping = parse({**MAPPING, "entries": [entry, {"kpi": "cost_of_goods", "value": "cost"}]}, "deals")
    assert [rule.currency.fixed or rule.currency.column for rule in mapping.entries] == ["USD", "money"]
