"""A person with a browser: signed in once, speaking one language at a time."""

from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from demo.people import ADMIN, MANAGER, REP, VIEWER
from tests.browser.stack import PASSWORD

ADDRESSES = {"manager": MANAGER, "rep": REP, "admin": ADMIN, "viewer": VIEWER}
VISITOR = "visitor"  # who has not signed in
PATIENCE_MS = 60_000
BLOCKED = "Service Worker registration blocked by Playwright"  # as asked
# Chromium reports what the policy forbids in the console, but not always as an error.
REPORT_VIOLATIONS = """
addEventListener('securitypolicyviolation', event =>
  console.error('forbidden by the policy:', event.effectiveDirective, event.blockedURI, event.sourceFile));
"""


@dataclass
class Surfer:
    context: BrowserContext
    page: Page
    said: list[str] = field(default_factory=list)  # errors of the console since the last time somebody looked
    language: str = ""

    def go(self, path: str) -> Response:
        response = self.page.goto(path)
        assert response is not None
        return response

    def speak(self, language: str) -> None:
        if self.language != language:
            self._post("/start/language/", language=language)
            self.language = language

    def complaints(self) -> list[str]:
        found, self.said[:] = list(self.said), []
        return found

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        self.go("/account/login/")
        self.page.fill("input[name=login]", email)
        self.page.fill("input[name=password]", password)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "/account/login/" not in url)

    def reauthenticate(self, password: str = PASSWORD) -> None:
        """Pages that can lock others out of an account ask for the password once more."""
        self.page.fill("input[name=password]", password)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "/reauthenticate/" not in url)

    def _post(self, path: str, **form: str) -> None:
        if not self._token():
            self.go("/account/login/")
        sent: dict[str, str | float | bool] = {**form}
        answer = self.context.request.post(path, form=sent, headers={"X-CSRFToken": self._token()}, max_redirects=0)
        assert answer.status == 302, f"{path} answered {answer.status}"

    def _token(self) -> str:
        return next((cookie["value"] for cookie in self.context.cookies() if cookie["name"] == "csrf"), "")


def new_surfer(
    browser: Browser,
    address: str,
    *,
    phone: bool = False,
    script: bool = True,
    worker: bool = False,
    locale: str = "en-GB",
) -> Surfer:
    """With a `worker` the page for the time without a connection is kept; else nothing stands before the server."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": 360, "height": 780} if phone else {"width": 1440, "height": 900},
        has_touch=phone,
        java_script_enabled=script,
        locale=locale,
        timezone_id="Asia/Bangkok",
        color_scheme="light",
        reduced_motion="reduce",
        service_workers="allow" if worker else "block",
    )
    context.set_default_timeout(PATIENCE_MS)
    if script:
        context.add_init_script(REPORT_VIOLATIONS)
    surfer = Surfer(context, context.new_page())

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and BLOCKED not in message.text:
            surfer.said.append(f"console: {message.text} ({message.location.get('url', '')})")

    surfer.page.on("console", note)
    surfer.page.on("pageerror", lambda error: surfer.said.append(f"script: {error}"))
    return surfer
