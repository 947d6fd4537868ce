"""The editor of formulas: codes are offered, the preview follows, what is wrong is said while typing."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Meet
from tests.browser.places import SIAM

pytestmark = pytest.mark.browser
NEW = f"{SIAM}/kpis/new/"


def test_a_formula_is_written_by_keyboard_alone(meet: Meet) -> None:
    admin = meet("admin")
    admin.go(NEW)
    page = admin.page
    field, offers = page.locator("#id_formula"), page.locator("#formula-offers")
    preview, says = page.locator("#kpi-preview"), page.locator("#formula-says")
    field.focus()
    page.keyboard.type("deals")  # by name, not by code
    expect(offers.locator("[role=option]").first).to_be_visible()
    assert field.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    chosen = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    expect(chosen).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    expect(offers).to_be_hidden()
    expect(field).to_have_value("deals")

    field.fill("")
    page.keyboard.type("wo")
    page.keyboard.press("Enter")
    expect(field).to_have_value("won")
    page.keyboard.type(" / (prev")
    page.keyboard.press("Enter")
    expect(field).to_have_value("won / (previous()")
    page.keyboard.type("los")
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    page.keyboard.type(" + won)")
    expect(field).to_have_value("won / (previous(lost) + won)")
    expect(preview.locator("tbody tr")).to_have_count(7)
    expect(preview).to_contain_text("previous(Deals lost)")
    expect(says).to_contain_text("Reads: Deals won / (previous(Deals lost) + Deals won)")
    assert page.url.endswith(NEW), "Enter has sent nothing"

    says.get_by_role("button", name="Use the unit “Percent”").press("Enter")
    expect(page.locator("#id_unit")).to_have_value("percent")
    expect(preview).to_contain_text("%")
    expect(says).not_to_contain_text("Use the unit")
    assert admin.complaints() == []


def test_what_is_wrong_is_said_while_typing_and_mended_in_one_tap(meet: Meet) -> None:
    admin = meet("admin", phone=True)
    admin.go(NEW)
    page = admin.page
    field, says = page.locator("#id_formula"), page.locator("#formula-says")
    page.fill("#id_name", "Odds")
    field.tap()
    page.keyboard.type("won / los")
    option = page.locator("#formula-offers [role=option]", has_text="lost_customers")
    expect(option).to_be_visible()
    page.keyboard.press("Escape")
    expect(says).to_contain_text("There is no KPI with the code “los”. Did you mean “lost”?")
    expect(field).to_have_attribute("aria-invalid", "true")
    says.get_by_role("button", name="Write “lost”").tap()
    expect(field).to_have_value("won / lost")
    expect(page.locator("#id_name")).to_have_value("Odds")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    field.fill("revenue + win_rate")
    expect(says).to_contain_text("these cannot be added or subtracted")
    expect(field).to_have_value("revenue + win_rate")
    assert admin.complaints() == []


def test_without_script_a_button_checks(meet: Meet) -> None:
    admin = meet("admin", script=False)
    admin.go(NEW)
    page = admin.page
    page.fill("#id_formula", "won / (won + lost)")
    page.select_option("#of", index=1)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator("#kpi-preview tbody tr")).to_have_count(7)
    expect(page.locator("#kpi-preview thead th")).to_have_count(3)
    page.get_by_role("button", name="Use the unit “Percent”").click()
    expect(page.locator("#id_unit")).to_have_value("percent")
    expect(page.locator("#id_formula")).to_have_value("won / (won + lost)")
