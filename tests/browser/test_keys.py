"""Search on top of any page, and the keys that nobody presses by mistake."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Meet
from tests.browser.places import SIAM
from tests.browser.walk import look

pytestmark = pytest.mark.browser


def test_the_palette_finds_and_opens_by_keyboard_alone(meet: Meet) -> None:
    rep = meet("rep")
    rep.go(f"{SIAM}/")
    page = rep.page
    page.keyboard.press("Control+k")
    field = page.locator("#palette-q")
    expect(field).to_be_focused()
    page.keyboard.type("catal", delay=20)
    expect(page.locator("#found-on-top a.hit").first).to_contain_text("Catalogue of KPIs")
    assert look(page, "en", "palette") == []
    page.keyboard.press("ArrowDown")
    expect(page.locator("#found-on-top a.hit").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{SIAM}/kpis/catalogue/")

    page.keyboard.press("Control+k")
    expect(page.locator("#palette-q")).to_be_focused()
    page.keyboard.type("x")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    assert rep.complaints() == []


def test_keys_stay_silent_while_one_types_and_can_be_switched_off(meet: Meet) -> None:
    rep = meet("rep")
    rep.go(f"{SIAM}/goals/new/")
    page = rep.page
    page.locator("#id_statement").click()
    page.keyboard.type("gk?nl/", delay=20)
    expect(page.locator("#id_statement")).to_have_value("gk?nl/")
    assert page.url.endswith("/goals/new/")

    rep.go(f"{SIAM}/people/")
    page.keyboard.press("/")
    expect(page.locator("main input[type=search]")).to_be_focused()
    page.locator("h1").click()
    page.keyboard.type("gk")
    page.wait_for_url(re.compile(r"/kpis/$"))

    page.keyboard.press("?")
    switch = page.get_by_label("Shortcuts without Ctrl work on this device")
    expect(switch).to_be_checked()
    switch.uncheck()
    page.keyboard.press("Escape")
    page.keyboard.type("gh?n")
    expect(page.locator("#palette")).to_be_hidden()
    assert page.url.endswith("/kpis/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-q")).to_be_focused()


def test_the_search_page_works_without_script(meet: Meet) -> None:
    rep = meet("rep", script=False)
    rep.go(f"{SIAM}/")
    rep.page.get_by_role("link", name="Search").click()
    rep.page.fill("main input[name=q]", "calls")
    rep.page.keyboard.press("Enter")
    rep.page.locator("#found a.hit").first.click()
    rep.page.wait_for_url(lambda url: "/search/" not in url)
