"""No page is forgotten. Needs no browser."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from tests.browser.places import EXCUSED, ONLY_POST, PLACES, WALKED_BY_FLOWS


def _names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}"
        else:
            yield from _names(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)


def test_every_named_address_is_walked_or_excused() -> None:
    walked = {place.name for place in PLACES}
    excused = EXCUSED.keys() | WALKED_BY_FLOWS | ONLY_POST
    assert not walked & excused
    assert set(_names(get_resolver())) == walked | excused
