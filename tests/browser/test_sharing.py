"""A manager gives a dashboard to somebody outside, who looks at it; charts are taken away."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Meet
from tests.browser.places import SIAM
from tests.browser.surfer import Surfer
from tests.browser.walk import FIRST_LOAD_BYTES, arrive, look

pytestmark = pytest.mark.browser
PNG_BEGINS = b"\x89PNG\r\n\x1a\n"


def share(surfer: Surfer, name: str) -> str:
    """Its address."""
    surfer.go(f"{SIAM}/shares/")
    surfer.page.fill("input[name=name]", name)
    surfer.page.get_by_role("button", name="Make the link").click()
    return surfer.page.locator("#address").inner_text().strip()


@pytest.mark.parametrize("who", ["manager", "admin"])
def test_somebody_outside_looks_at_a_dashboard(meet: Meet, who: str) -> None:
    maker = meet(who)
    address = share(maker, f"Board of the {who}")
    assert maker.complaints() == []
    for language in ("en", "th"):
        visitor = meet(language="", locale=language)
        status, size = arrive(visitor, address)
        assert status == 200
        assert size <= FIRST_LOAD_BYTES, size
        assert visitor.page.get_attribute("html", "lang") == language
        assert look(visitor.page, language, f"shared-{who}") == []
        assert visitor.page.locator(f"a[href*='{SIAM}']").count() == 0
        assert visitor.context.cookies() == []
        visitor.go(f"{address}?screen=1")
        expect(visitor.page.locator("[data-fullscreen]")).to_be_visible()
        assert visitor.complaints() == []
    maker.go(f"{SIAM}/shares/")
    row = maker.page.locator("li", has_text=f"Board of the {who}")
    expect(row).to_contain_text("Seen 4 times")
    maker.page.on("dialog", lambda dialog: dialog.accept())
    row.get_by_role("button", name="Withdraw").click()
    expect(maker.page.get_by_text("shows nothing any more")).to_be_visible()
    assert visitor.go(address).status == 404


def test_a_chart_becomes_a_picture(meet: Meet, tmp_path: Path) -> None:
    manager = meet("manager")
    for path in (f"{SIAM}/team/", f"{SIAM}/kpis/"):
        manager.go(path)
        if path.endswith("kpis/"):
            manager.page.locator("main table th a").first.click()
            manager.page.wait_for_url("**/kpis/*/**")
        with manager.page.expect_download() as download:
            manager.page.locator("[data-png]").first.click()
        assert download.value.suggested_filename.endswith(".png")
        download.value.save_as(tmp_path / "chart.png")
        assert (tmp_path / "chart.png").read_bytes().startswith(PNG_BEGINS)
        assert manager.complaints() == []
