"""One stack and one browser for the whole suite, and one context for each person."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from smartgoals.launch.browser import find_chromium
from tests.browser import stack as stacks
from tests.browser.stack import Stack
from tests.browser.surfer import ADDRESSES, Surfer, new_surfer

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

Meet = Callable[..., Surfer]


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    with stacks.running() as stack:
        yield stack


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(os.environ), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def known(stack: Stack, browser: Browser) -> Callable[[str], Surfer]:
    """Somebody by role (or "visitor"), with one context that stays for the whole suite."""
    met: dict[str, Surfer] = {}

    def meet(who: str) -> Surfer:
        if who not in met:
            surfer = new_surfer(browser, stack.address)
            if who in ADDRESSES:
                surfer.sign_in(ADDRESSES[who])
            met[who] = surfer
        return met[who]

    return meet


@pytest.fixture
def meet(stack: Stack, browser: Browser, known: Callable[[str], Surfer]) -> Iterator[Meet]:
    """meet("rep", phone=True, script=False): a new context for one test, signed in like the one that stays."""
    opened: list[Surfer] = []

    def new(
        who: str = "visitor",
        *,
        phone: bool = False,
        script: bool = True,
        worker: bool = False,
        language: str = "en",
        locale: str = "en-GB",
    ) -> Surfer:
        surfer = new_surfer(browser, stack.address, phone=phone, script=script, worker=worker, locale=locale)
        opened.append(surfer)
        if who in ADDRESSES:
            surfer.context.add_cookies(known(who).context.cookies())  # type: ignore[arg-type]
            known(who).language = ""  # the language belongs to the account, which both share
        surfer.speak(language)
        return surfer

    yield new
    for surfer in opened:
        surfer.context.close()
