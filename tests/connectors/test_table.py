"""What can't be read is said with its line; nothing is guessed silently."""

from pathlib import Path

import pytest

from connectors.table import Row, RowError, Table, TableError


def write(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "deals.csv"
    path.write_bytes(content)
    return path


def rows(path: Path, **options: str) -> list[tuple[int, Row | RowError]]:
    with Table(path, **options) as table:
        return list(table)


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"id,name\n1,Anna\n", "Anna"),
        (b"\xef\xbb\xbfid;name\r\n1;Anna\r\n", "Anna"),
        ("id\tname\n1\tสมชาย\n".encode(), "สมชาย"),
        ("id,name\n1,สมชาย\n".encode("utf-16"), "สมชาย"),
        (b'id,name\n1,"Anna, ""the\nclosure"""\n', 'Anna, "the\nclosure"'),
        (b"id|name\r1|Anna\r", "Anna"),
        (b"id,name\n\n1,Anna", "Anna"),
    ],
)
def test_reads_what_office_programs_write(tmp_path: Path, content: bytes, value: str) -> None:
    (row,) = [row for _line, row in rows(write(tmp_path, content))]
    assert isinstance(row, Row)
    assert row.fields == {"id": "1", "name": value}


def test_old_code_page_is_the_organizations(tmp_path: Path) -> None:
    path = write(tmp_path, "id,name\n1,สมชาย\n".encode("cp874"))
    ((_line, row),) = rows(path, legacy="cp874")
    assert isinstance(row, Row)
    assert row.fields["name"] == "สมชาย"


@pytest.mark.parametrize(
    ("content", "options", "says"),
    [
        (b"", {}, "empty"),
        (b"id,name\n1,\xff\xfe\n", {"encoding": "utf-8"}, "0xFF"),
        (b"id,name\n", {"encoding": "klingon"}, "klingon"),
        (b'id,name\n1,"Anna\n2,Bob\n', {}, "Line 2.*quotation"),
        (b"id,id\n1,2\n", {}, "twice"),
        (b"id,na\0me\n1,2\n", {}, "NUL"),
        (",".join(f"c{n}" for n in range(10_000)).encode(), {}, "10000 columns"),
        (b"id,name\n1," + b"x" * 200_000 + b"\n", {}, "Line 2"),
    ],
)
def test_unreadable_files_say_why(tmp_path: Path, content: bytes, options: dict[str, str], says: str) -> None:
    with pytest.raises(TableError, match=says):
        rows(write(tmp_path, content), **options)


def test_a_bad_row_does_not_stop_the_others(tmp_path: Path) -> None:
    path = write(tmp_path, b"id,name\n1,Anna\n2\n3,Bo\0b\n4,Eve,extra\n5,Zoe\n")
    found = rows(path)
    assert [line for line, row in found if isinstance(row, RowError)] == [3, 4, 5]
    assert [row.fields["id"] for _line, row in found if isinstance(row, Row)] == ["1", "5"]


def test_missing_columns_are_named_with_those_there_are(tmp_path: Path) -> None:
    with Table(write(tmp_path, b"id,name\n")) as table, pytest.raises(TableError, match=r"amount.*id, name"):
        table.require(["id", "amount"])


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"nosuch\.csv"):
        Table(tmp_path / "nosuch.csv")
