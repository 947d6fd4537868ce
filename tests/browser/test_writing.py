"""A goal is written while the coach reads along."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Meet
from tests.browser.places import SIAM

pytestmark = pytest.mark.browser
STATEMENT = "Call twelve clinics a week that have never ordered from us"


def test_the_coach_answers_while_one_types_and_takes_nothing_away(meet: Meet) -> None:
    rep = meet("rep")
    rep.go(f"{SIAM}/goals/new/")
    page = rep.page
    answers = []
    page.on("response", lambda response: answers.append(response.status) if "/coach/" in response.url else None)

    page.locator("#id_statement").click()
    for word in STATEMENT.split():
        # A pause as long as the coach's patience, so that its answers arrive between the keystrokes.
        page.keyboard.type(f"{word} ", delay=30)
        page.wait_for_timeout(400)
    expect(page.locator("#whole-sentence")).to_contain_text(STATEMENT)
    assert page.locator("#id_statement").input_value() == f"{STATEMENT} "
    assert page.evaluate("document.activeElement.id") == "id_statement"
    assert len(answers) > 1
    assert set(answers) == {200}

    page.select_option("#id_kpi", label="Calls")
    page.fill("#id_baseline", "0")
    page.fill("#id_target", "150")
    page.fill("#id_means", "Buy a list of clinics")
    page.get_by_role("group", name="Dates in one tap").get_by_role("button").last.click()
    expect(page.locator("#id_deadline")).not_to_have_value("")
    assert page.locator("#id_statement").input_value().strip() == STATEMENT
    assert page.locator("#id_target").input_value() == "150"

    page.get_by_role("button", name="Propose the goal").click()
    page.wait_for_url("**/goals/*/")
    expect(page.locator("main")).to_contain_text("The goal is proposed.")
    expect(page.locator("main")).to_contain_text(STATEMENT)
    assert rep.complaints() == []


def test_what_is_wrong_stands_at_the_field_and_nothing_is_lost(meet: Meet) -> None:
    rep = meet("rep", phone=True)
    rep.go(f"{SIAM}/goals/new/")
    page = rep.page
    page.fill("#id_statement", STATEMENT)
    page.select_option("#id_kpi", label="Calls")
    page.fill("#id_target", "very many")
    with page.expect_response(lambda answer: answer.url.endswith("/goals/new/")) as posted:
        page.get_by_role("button", name="Propose the goal").click()
    assert posted.value.status == 422
    target = page.locator("#id_target")
    expect(target).to_have_attribute("aria-invalid", "true")
    expect(target).to_have_value("very many")
    expect(page.locator(f"#{(target.get_attribute('aria-describedby') or '').split()[-1]}")).to_be_visible()
    assert page.locator("#id_statement").input_value().strip() == STATEMENT
