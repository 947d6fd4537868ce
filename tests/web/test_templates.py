"""What the content security policy would refuse, and what htmx could only do with eval, is in no template."""

import re
from pathlib import Path

import pytest
from django.conf import settings

PAGES = [
    path
    for path in sorted((settings.ROOT / "templates").rglob("*.html"))
    # Mail programs know no stylesheets: there inline style is right.
    if "mail" not in path.parts
]
REFUSED = {
    "inline style": re.compile(r"""\sstyle\s*=|<style\b""", re.IGNORECASE),
    "inline script": re.compile(r"""<script(?![^>]*(\ssrc=|type="application/json"))""", re.IGNORECASE),
    "event attribute": re.compile(r"""\son[a-z]+\s*=""", re.IGNORECASE),
    "script address": re.compile(r"""javascript:""", re.IGNORECASE),
    "hx-on": re.compile(r"""\bhx-on\b"""),
    "hx-live": re.compile(r"""\bhx-live\b"""),
    "computed hx-vals or hx-headers": re.compile(r"""hx-(vals|headers)[:\w]*\s*=\s*['"]\s*(js|javascript):"""),
    "trigger filter": re.compile(r"""hx-trigger\s*=\s*['"][^'"]*\["""),
    "htmx of another version": re.compile(r"""\{% (django_)?htmx_script"""),
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(settings.ROOT)))
def test_template_needs_no_exception_from_the_policy(page: Path) -> None:
    text = page.read_text()
    assert [name for name, pattern in REFUSED.items() if pattern.search(text)] == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("inline style", '<p style="color: red">'),
        ("inline script", "<script>alert(1)</script>"),
        ("event attribute", '<button onclick="x()">'),
        ("computed hx-vals or hx-headers", "<form hx-vals='js:{a: 1}'>"),
        ("trigger filter", '<form hx-trigger="keyup[key==1]">'),
        ("hx-on", '<form hx-on:click="x()">'),
    ],
)
def test_the_patterns_find_what_they_are_for(name: str, source: str) -> None:
    assert REFUSED[name].search(source)
