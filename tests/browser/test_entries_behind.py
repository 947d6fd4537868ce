"""The entries behind a number, on a phone."""

import pytest

from tests.browser.conftest import Meet
from tests.browser.places import SIAM

pytestmark = pytest.mark.browser

# Words of the table's cells that stand on two lines.
BROKEN = """() => {
  const found = [];
  for (const cell of document.querySelectorAll(".rows td")) {
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      for (const word of node.data.matchAll(/[A-Za-z]{2,16}/g)) {
        const range = document.createRange();
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map(box => box.top)).size > 1) found.push(word[0]);
      }
  }
  return found;
}"""


def test_names_are_not_broken_within_words(meet: Meet) -> None:
    admin = meet("admin", phone=True)
    admin.go(f"{SIAM}/kpis/")
    admin.page.get_by_role("link", name="Sales revenue", exact=True).click()
    detail = admin.page.url.partition("?")[0]
    admin.page.goto(f"{detail}entries/?of=organization&first=2026-01-01&last=2026-12-31")
    assert admin.page.locator(".rows tbody tr").count() > 20
    assert admin.page.evaluate(BROKEN) == []
    assert admin.page.evaluate("document.documentElement.scrollWidth") == 360
