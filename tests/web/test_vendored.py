"""What is served under static/vendor is what its package published, and VENDORED.md says which."""

import hashlib
import re

import pytest
from django.conf import settings

VENDOR = settings.ROOT / "static" / "vendor"
ROW = re.compile(r"^\| (\S+\.js) \| \S+ \| (\S+) \| ([0-9a-f]{64}) \|", re.MULTILINE)
LISTED = {name: (version, checksum) for name, version, checksum in ROW.findall((VENDOR / "VENDORED.md").read_text())}


def test_every_script_is_listed() -> None:
    assert {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*.js")} == set(LISTED)


@pytest.mark.parametrize("name", LISTED)
def test_script_is_unchanged(name: str) -> None:
    version, checksum = LISTED[name]
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == checksum
    assert version in name


@pytest.mark.parametrize("licence", ["vendor/htmx.org-4.0.1/LICENSE", "icons/LICENSE", "fonts/OFL.txt"])
def test_licence_lies_beside_what_it_covers(licence: str) -> None:
    assert (settings.ROOT / "static" / licence).stat().st_size > 500
