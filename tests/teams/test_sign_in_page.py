"""Where one comes back to after a session has ended."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
OURS = "http://testserver"


@pytest.mark.parametrize(
    ("method", "referer", "back"),
    [
        ("get", "", "/acme/people/%3Fq%3Dnok"),
        ("post", f"{OURS}/acme/people/12/?tab=leave", "/acme/people/12/%3Ftab%3Dleave"),
        ("post", "https://elsewhere.example/acme/", "/"),
        ("post", f"{OURS}//elsewhere.example/", "/"),
        ("post", "", "/"),
    ],
)
def test_what_was_sent_leads_back_to_the_page_of_the_form(method: str, referer: str, back: str) -> None:
    headers = {"Referer": referer} if referer else {}
    answer = getattr(Client(), method)("/acme/people/?q=nok", headers=headers)
    assert answer["Location"] == f"/account/login/?next={back}"
