"""A new organization's way to its first running goal, in so few steps that three minutes are plenty."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Meet
from tests.browser.walk import look

pytestmark = pytest.mark.browser
# Clicks, fields and choices, from the form of the organization to the goal that runs.
MOST_STEPS = 16


class Hand:
    """Counts what a person does."""

    def __init__(self, page: Page) -> None:
        self.page, self.steps = page, 0

    def click(self, name: str, role: str = "button") -> None:
        self.page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]
        self.steps += 1

    def fill(self, selector: str, text: str) -> None:
        self.page.fill(selector, text)
        self.steps += 1


def test_from_nothing_to_a_running_goal(meet: Meet) -> None:
    owner = meet("viewer")
    page, hand, began = owner.page, Hand(owner.page), time.monotonic()
    owner.go("/start/new/")
    hand.fill("main input[name=name]", "Chai and sons")
    hand.click("Make the organization")
    page.wait_for_url("**/begin/kpis/")
    hand.click("Take these")
    page.wait_for_url("**/begin/people/")
    assert look(page, "en", "dashboards:begin-people") == []
    hand.fill("#id_people", "Nok Jaidee nok@chai.example\nlek@chai.example")
    hand.click("Send the invitations")
    page.wait_for_url("**/begin/goal/")
    hand.click("Calls", "link")
    page.wait_for_url("**/goals/new/**")
    hand.fill("#id_statement", "Call ten bakeries a day that have never ordered from us")
    hand.fill("#id_target", "200")
    page.get_by_role("group", name="Dates in one tap").get_by_role("button").last.click()
    hand.steps += 1
    expect(page.locator("#id_deadline")).not_to_have_value("")
    hand.fill("#id_means", "Make a list of bakeries")
    hand.fill("#id_why", "New customers")
    hand.click("Start the goal")
    page.wait_for_url("**/goals/*/")
    expect(page.locator("main")).to_contain_text("The goal is running.")
    assert hand.steps <= MOST_STEPS
    assert time.monotonic() - began < 180
    page.goto("/chai-and-sons/")
    expect(page.locator("#h-steps")).to_have_count(0)
    expect(page.locator("article.card")).to_have_count(1)
    assert owner.complaints() == []
