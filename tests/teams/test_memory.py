"""Reading once while a page is made."""

import pytest

from teams.memory import remembered, remembering
from teams.tenancy import TenantNotSet, tenant
from tests.cast import Cast

pytestmark = pytest.mark.django_db


class Reader:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> int:
        self.times += 1
        return self.times


def test_without_a_memory_everything_is_read_anew(cast: Cast) -> None:
    read = Reader()
    with tenant(cast.acme.pk):
        assert [remembered("key", read), remembered("key", read)] == [1, 2]


def test_inside_a_memory_each_key_is_read_once(cast: Cast) -> None:
    read = Reader()
    with tenant(cast.acme.pk), remembering({"known": 7}):
        assert [remembered("key", read), remembered("key", read), remembered("other", read)] == [1, 1, 2]
        assert remembered("known", read) == 7
    with tenant(cast.acme.pk), remembering():
        assert remembered("key", read) == 3


def test_no_tenant_reads_another_s_memory(cast: Cast) -> None:
    read = Reader()
    with tenant(cast.acme.pk), remembering():
        assert remembered("key", read) == 1
        with tenant(cast.globex.pk):
            assert remembered("key", read) == 2
        assert remembered("key", read) == 1


def test_a_memory_ends_with_an_error(cast: Cast) -> None:
    read = Reader()

    def break_off() -> None:
        with remembering():
            remembered("key", read)
            raise ValueError("stop")

    with tenant(cast.acme.pk):
        with pytest.raises(ValueError, match="stop"):
            break_off()
        assert remembered("key", read) == 2


def test_there_is_no_memory_without_a_tenant() -> None:
    with pytest.raises(TenantNotSet), remembering():
        pass
