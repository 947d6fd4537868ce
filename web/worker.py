"""Which part of the site the service worker may answer for. The settings read this, so it needs none."""

from collections.abc import MutableMapping


def let_work_everywhere(headers: MutableMapping[str, str], path: str, url: str) -> None:
    """The worker lies among the static files and answers for pages, which are above them."""
    if "/js/worker." in url:
        headers["Service-Worker-Allowed"] = "/"
