"""A rep logs progress: by thumb, fast, by keyboard."""

import pytest
from playwright.sync_api import Locator, Page, expect

from demo.people import REP
from tests.browser.conftest import Meet
from tests.browser.ledger import entries_of, eventually
from tests.browser.places import SIAM
from tests.browser.stack import Stack

pytestmark = pytest.mark.browser
MOST_TABS = 80


def card_with_taps(page: Page) -> Locator:
    """Found again by its id, because an answer replaces it."""
    first = page.locator("article.card:has(form.log)").first
    return page.locator(f"#{first.get_attribute('id')}")


def test_one_tap_on_the_home_page_logs_and_another_takes_it_back(meet: Meet, stack: Stack) -> None:
    rep = meet("rep", phone=True)
    rep.go(f"{SIAM}/")
    card, before = card_with_taps(rep.page), entries_of(stack, REP)
    address = rep.page.url

    card.locator("button.tap").first.tap()
    undo = card.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    expect(rep.page.locator("#live")).to_contain_text("Logged")
    assert entries_of(stack, REP) == before + 1

    undo.tap()
    expect(undo).to_have_count(0)
    expect(rep.page.locator("#live")).to_contain_text("Taken back")
    assert entries_of(stack, REP) == before
    assert rep.page.url == address
    assert rep.complaints() == []


def test_three_quick_taps_are_three_entries(meet: Meet, stack: Stack) -> None:
    rep = meet("rep", phone=True)
    rep.go(f"{SIAM}/")
    before = entries_of(stack, REP)
    # Faster than any answer can be.
    card_with_taps(rep.page).locator("button.tap").first.evaluate("button => [1, 2, 3].forEach(() => button.click())")
    eventually("three entries", lambda: entries_of(stack, REP) >= before + 3)
    rep.page.wait_for_load_state("networkidle")
    assert entries_of(stack, REP) == before + 3


def test_a_wrong_number_is_answered_on_the_card(meet: Meet, stack: Stack) -> None:
    rep = meet("rep")
    rep.go(f"{SIAM}/")
    card, before = card_with_taps(rep.page), entries_of(stack, REP)
    card.locator("input[name=value]").fill("many")
    card.get_by_role("button", name="Log", exact=True).click()
    expect(card.locator("input[aria-invalid=true]")).to_have_value("many")
    expect(card.locator(".err")).to_be_visible()
    assert entries_of(stack, REP) == before


def test_the_keyboard_is_enough(meet: Meet, stack: Stack) -> None:
    rep = meet("rep")
    rep.go(f"{SIAM}/")
    before = entries_of(stack, REP)
    rep.page.keyboard.press("Tab")
    assert rep.page.evaluate("document.activeElement.matches('.skip')"), "the first stop is the way past the menu"
    rep.page.keyboard.press("Enter")

    tab_to(rep.page, "button.tap")
    card = rep.page.evaluate("document.activeElement.closest('article').id")
    rep.page.keyboard.press("Enter")
    undo = rep.page.locator(f"#{card}").get_by_role("button", name="Undo")
    expect(rep.page.locator("#live")).to_contain_text("Logged")
    assert entries_of(stack, REP) == before + 1
    assert rep.page.evaluate("document.activeElement.matches('button.tap')"), "the answer must not move the focus"

    tab_to(rep.page, f"#{card} .lastrow button")
    expect(undo).to_be_focused()
    rep.page.keyboard.press("Enter")
    expect(rep.page.locator("#live")).to_contain_text("Taken back")
    assert entries_of(stack, REP) == before


def tab_to(page: Page, selector: str) -> None:
    for _stop in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"no sign of the focus on {selector}"
            return
    pytest.fail(f"{MOST_TABS} presses of Tab do not reach {selector}")
