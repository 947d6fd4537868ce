"""What htmx requests are answered with. The views are small; middleware, templates and messages are the real ones."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.test import RequestFactory
from django.urls import reverse
from django_htmx.middleware import HtmxMiddleware

from web import errors
from web.htmx import HtmxAnswerMiddleware, HtmxRequest, render_part, target_id

View = Callable[[Any], HttpResponse]
FRAGMENT = "<section id='goals'>Goals</section>"


def ask(view: View, *, path: str = "/acme/goals/", **headers: str) -> HttpResponse:
    """The view's answer through the middleware; `hx_target="section#goals"` makes it an htmx request."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    if names:
        names = {"HX-Request": "true", "HX-Current-URL": "http://testserver/acme/goals/?q=ann", **names}
    request = RequestFactory(headers=names).get(path)
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    answer = HtmxMiddleware(HtmxAnswerMiddleware(view))(request)  # type: ignore[arg-type]
    assert isinstance(answer, HttpResponse)
    return answer


def fragment(request: HttpRequest) -> HttpResponse:
    return HttpResponse(FRAGMENT)


def whole_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("\n<!doctype html><html lang=en></html>")


def saved(request: HttpRequest) -> HttpResponse:
    messages.success(request, "Saved <b>twice</b>")
    return HttpResponse(FRAGMENT)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("section#goals", "goals"),
        ("div#card-12", "card-12"),
        ("div#%E0%B8%81", "ก"),
        ("main", ""),
        ("body", ""),
        ("", ""),
    ],
)
def test_target_is_the_id_without_the_tag(header: str, expected: str) -> None:
    seen = []

    def view(request: HtmxRequest) -> HttpResponse:
        seen.append(target_id(request))
        return HttpResponse()

    ask(view, hx_target=header)
    assert seen == [expected]


@pytest.mark.parametrize(
    ("headers", "part"),
    [
        ({}, False),
        ({"hx_target": "section#goals"}, True),
        ({"hx_target": "section#other"}, False),
        ({"hx_target": "body"}, False),
        ({"hx_target": "section#goals", "hx_history_restore_request": "true"}, False),
    ],
)
def test_server_chooses_the_part_by_what_is_replaced(headers: dict[str, str], part: bool) -> None:
    def view(request: HtmxRequest) -> HttpResponse:
        context = {"failure": errors.NOT_FOUND}
        parts = {"goals": "web/_failure.html"}
        return render_part(request, "web/plain_failure.html", context, parts, status=422)

    answer = ask(view, **headers)
    assert answer.status_code == 422
    assert ("<!doctype" not in answer.content.decode()) is part


@pytest.mark.parametrize("headers", [{}, {"hx_target": "section#goals"}])
@pytest.mark.parametrize("view", [fragment, whole_page, lambda request: redirect("/acme/")])
def test_caches_keep_pages_and_fragments_apart(view: View, headers: dict[str, str]) -> None:
    assert ask(view, **headers)["Vary"] == "HX-Request, HX-Target"


def test_redirect_of_an_ordinary_request_stays_a_redirect() -> None:
    answer = ask(lambda request: redirect("/acme/goals/7/"))
    assert (answer.status_code, answer["Location"]) == (302, "/acme/goals/7/")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_becomes_a_new_page_and_keeps_its_cookies(status: int) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        answer = HttpResponseRedirect("/acme/goals/7/", status=status)
        answer.set_cookie("session", "new")
        return answer

    answer = ask(view, hx_target="section#goals")
    assert (answer.status_code, answer["HX-Redirect"]) == (200, "/acme/goals/7/")
    assert not answer.has_header("Location")
    assert answer.cookies["session"].value == "new"


@pytest.mark.parametrize(
    ("location", "refresh"),
    [
        ("/acme/goals/?q=ann#goal-7", True),
        ("/acme/goals/#goal-7", False),
        ("/acme/goals/?q=ann", False),
    ],
)
def test_redirect_to_an_anchor_of_the_same_page_loads_it_again(location: str, refresh: bool) -> None:
    answer = ask(lambda request: redirect(location), hx_target="section#goals")
    assert (answer.headers.get("HX-Refresh") == "true") is refresh
    assert (answer.headers.get("HX-Redirect") == location) is not refresh


def test_ended_session_leads_to_sign_in_and_back_to_the_page_instead_of_the_fragment() -> None:
    sign_in = reverse("account_login")
    answer = ask(lambda request: redirect(f"{sign_in}?next=/acme/coach/"), hx_target="div#verdict")
    assert answer["HX-Redirect"] == f"{sign_in}?next=/acme/goals/%3Fq%3Dann"


def test_ended_session_never_leads_to_another_site() -> None:
    sign_in = reverse("account_login")
    answer = ask(
        lambda request: redirect(f"{sign_in}?next=/acme/coach/"),
        hx_target="div#verdict",
        hx_current_url="https://evil.example/",
    )
    assert answer["HX-Redirect"] == f"{sign_in}?next=/acme/coach/"


def test_whole_page_replaces_the_body_and_not_the_fragment() -> None:
    answer = ask(whole_page, hx_target="section#goals")
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("body", "outerHTML")


@pytest.mark.parametrize("headers", [{}, {"hx_target": "body"}])
def test_whole_page_where_one_was_asked_for_is_left_alone(headers: dict[str, str]) -> None:
    assert not ask(whole_page, **headers).has_header("HX-Retarget")


def test_messages_ride_along_with_a_fragment() -> None:
    text = ask(saved, hx_target="section#goals").content.decode()
    assert text.startswith(FRAGMENT)
    assert '<hx-partial hx-target="#toasts"' in text
    assert "Saved &lt;b&gt;twice&lt;/b&gt;" in text


def test_messages_are_told_once() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        messages.success(request, "Saved")
        return render(request, "web/_messages.html", {"messages": messages.get_messages(request)})

    assert ask(view, hx_target="section#goals").content.decode().count("Saved") == 1


@pytest.mark.parametrize("headers", [{}, {"hx_target": "section#goals"}])
def test_nothing_is_added_where_there_is_no_message(headers: dict[str, str]) -> None:
    assert ask(fragment, **headers).content.decode() == FRAGMENT


def test_messages_of_an_ordinary_request_wait_for_the_next_page() -> None:
    assert ask(saved).content.decode() == FRAGMENT


def test_messages_before_a_redirect_wait_for_the_next_page() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        messages.success(request, "Saved")
        return redirect("/acme/goals/7/")

    assert ask(view, hx_target="section#goals").content == b""


def test_json_is_left_alone() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        messages.success(request, "Saved")
        return HttpResponse("{}", content_type="application/json")

    assert ask(view, hx_target="section#goals").content == b"{}"


@pytest.mark.parametrize(
    ("view", "status", "words"),
    [
        (lambda request: errors.not_found(request, Exception()), 404, "There is no such page"),
        (lambda request: errors.permission_denied(request, Exception()), 403, "You may not do this"),
        (errors.conflict, 409, "Somebody else was faster"),
        (errors.csrf_failure, 403, "This page has grown too old"),
        (lambda request: errors.bad_request(request, Exception()), 400, "This request cannot be read"),
        (errors.server_error, 500, "Something broke on our side"),
    ],
)
def test_failure_is_told_beside_the_page_and_replaces_nothing(view: View, status: int, words: str) -> None:
    answer = ask(view, hx_target="section#goals")
    assert answer.status_code == status
    assert answer["HX-Reswap"] == "none"
    assert not answer.has_header("HX-Retarget")
    assert answer.content.decode().startswith('<hx-partial hx-target="#toasts"')
    assert words in answer.content.decode()


@pytest.mark.parametrize(
    ("view", "status"), [(errors.server_error, 500), (lambda request: errors.bad_request(request, Exception()), 400)]
)
def test_failure_page_needs_nothing_of_the_request(view: View, status: int) -> None:
    answer = view(HttpRequest())
    assert answer.status_code == status
    assert "<!doctype html>" in answer.content.decode()
