"""Goals in a real browser: targets pasted from a spreadsheet, the tree by keyboard, a lost tab, two editors at once."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Meet
from tests.browser.places import SIAM

pytestmark = pytest.mark.browser
STATEMENT = "Ask every hotel that ordered once what the second order would need"
# What a spreadsheet puts on the clipboard.
PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const pasted = {clipboardData: data, bubbles: true, cancelable: true};
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", pasted));
}"""


def test_a_block_of_a_spreadsheet_fills_the_grid_and_the_sums_follow(meet: Meet) -> None:
    manager = meet("manager")
    page = manager.page
    manager.go(f"{SIAM}/goals/tree/")
    # Below a goal of the team, so that there is something to cover.
    manager.go(f"{SIAM}/goals/?q=สีลม")
    page.locator("main").get_by_role("link", name=re.compile("สีลม")).first.click()
    page.get_by_role("link", name="Share it out").click()
    cells = page.locator("#grid input[data-cell]")
    number = cells.count()
    assert number > 1
    expect(page.locator("#grid .cov")).to_have_count(0)
    cells.first.focus()
    page.evaluate(PASTE, "\n".join(["1,200,000"] * 2))
    expect(cells.nth(0)).to_have_value("1,200,000")
    expect(cells.nth(1)).to_have_value("1,200,000")
    expect(page.locator("#grid tfoot tr").first).to_contain_text("2.4")
    expect(page.locator("#grid .cov")).to_contain_text("The targets below come to")
    # Nothing is stored by it, and who types on stays in their cell.
    expect(page.locator("#grid")).to_contain_text("only Save stores it")
    assert manager.complaints() == []


def test_the_tree_is_walked_by_keyboard(meet: Meet) -> None:
    rep = meet("rep")
    page = rep.page
    rep.go(f"{SIAM}/goals/tree/")
    page.locator("#q").focus()
    page.keyboard.type("อโศก", delay=20)
    page.wait_for_url("**q=**")
    found = page.locator("#tree .gt a", has_text="อโศก")
    expect(found).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Tab")
        if found.evaluate("link => link === document.activeElement"):
            break
    expect(found).to_be_focused()
    assert found.evaluate("link => getComputedStyle(link).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/goals/\d+/"))
    expect(page.locator("h1")).to_contain_text("อโศก")
    assert rep.complaints() == []


def test_a_goal_that_was_begun_survives_the_closed_tab(meet: Meet) -> None:
    rep = meet("rep")
    rep.go(f"{SIAM}/goals/new/")
    with rep.page.expect_response(lambda answer: "/coach/" in answer.url):
        rep.page.fill("#id_statement", STATEMENT)
        rep.page.fill("#id_target", "25")
    expect(rep.page.locator("#whole-sentence")).to_contain_text(STATEMENT)
    rep.page.close()

    page = rep.context.new_page()
    page.goto(f"{SIAM}/goals/new/")
    begun = page.get_by_role("region", name="Begun before").filter(has_text=STATEMENT)
    begun.get_by_role("link", name="Continue").click()
    expect(page.locator("#id_statement")).to_have_value(STATEMENT)
    expect(page.locator("#id_target")).to_have_value("25")
    # The tab is closed for good, and the words are still there until they are discarded.
    page.goto(f"{SIAM}/goals/new/")
    begun.get_by_role("button", name="Discard").click()
    expect(page.locator("main")).to_contain_text("Discarded.")
    expect(begun).to_have_count(0)


def test_of_two_editors_the_second_chooses_field_by_field(meet: Meet) -> None:
    rep, manager = meet("rep"), meet("manager")
    rep.go(f"{SIAM}/goals/new/")
    rep.page.fill("#id_statement", STATEMENT)
    rep.page.fill("#id_why", "Nobody asks them")
    rep.page.get_by_role("button", name="Save as draft").click()
    rep.page.wait_for_url(re.compile(r"/goals/\d+/$"))
    edit = f"{rep.page.url}edit/"
    rep.page.goto(edit)
    manager.page.goto(edit)
    manager.page.fill("#id_statement", "Call every hotel that ordered once")
    manager.page.fill("#id_why", "They know us")
    manager.page.get_by_role("button", name="Save", exact=True).click()
    manager.page.wait_for_url(re.compile(r"/goals/\d+/$"))

    rep.page.fill("#id_statement", "Write to every hotel that ordered once")
    rep.page.fill("#id_why", "They forgot us")
    rep.page.get_by_role("button", name="Save", exact=True).click()
    told = rep.page.get_by_role("alert", name="Somebody else saved this goal while you were writing")
    expect(told).to_contain_text("Call every hotel")
    expect(told).to_contain_text("Write to every hotel")
    told.get_by_role("radio", name=re.compile("They know us")).check()
    told.get_by_role("button", name="Save as chosen").click()
    rep.page.wait_for_url(re.compile(r"/goals/\d+/$"))
    expect(rep.page.locator("h1")).to_have_text("Write to every hotel that ordered once")
    expect(rep.page.locator("main")).to_contain_text("They know us")
    # A conflict is answered with 409, which the browser reports; nothing else.
    assert [said for said in rep.complaints() if "409" not in said] == []
