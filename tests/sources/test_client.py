"""The HTTP client: robots.txt, pauses, retries, redirects, caching and limits."""

from __future__ import annotations

import time
from datetime import timedelta
from email.utils import format_datetime

import pytest

from nianbao.sources.client import Client, Clock
from nianbao.sources.errors import FetchError, ForbiddenByRobots, HostStopped, TooLarge, TooSlow
from tests.conftest import RECEIVED
from tests.sources.conftest import FakeClock, MakeClient
from tests.sources.site import Reply, Site, bomb, drip

PAGE = b"<html><body>" + "云汀市".encode() * 50 + b"</body></html>"


def test_a_response_has_its_data_and_the_request_names_the_contact(site: Site, client: Client) -> None:
    """A page comes with status and time, and the request names the program and the contact."""
    site.put("/a.html", PAGE)
    answer = client.get(site.url("/a.html"))
    assert (answer.status, answer.data, answer.unchanged) == (200, PAGE, False)
    assert RECEIVED <= answer.received < RECEIVED + timedelta(seconds=5)  # after the pause that robots.txt cost
    headers = site.log[-1][1]
    assert headers["user-agent"].startswith("nianbao/")
    assert "you@example.org" in headers["user-agent"]


def test_robots_txt_is_fetched_once_and_obeyed(site: Site, client: Client) -> None:
    """`robots.txt` is fetched once, and a disallowed page is never requested."""
    site.put("/robots.txt", "User-agent: *\nDisallow: /secret/\n", "text/plain")
    site.put("/a.html", PAGE)
    site.put("/secret/b.html", PAGE)
    client.get(site.url("/a.html"))
    client.get(site.url("/a.html"))
    with pytest.raises(ForbiddenByRobots, match=r"/secret/b\.html: robots\.txt .* ingest"):
        client.get(site.url("/secret/b.html"))
    assert site.asked("/robots.txt") == 1
    assert site.asked("/secret/b.html") == 0


def test_rules_of_robots_txt_for_this_program_apply(site: Site, client: Client) -> None:
    """Rules that name this program take precedence over those for all."""
    site.put("/robots.txt", "User-agent: nianbao\nDisallow: /\n\nUser-agent: *\nAllow: /\n", "text/plain")
    with pytest.raises(ForbiddenByRobots):
        client.get(site.url("/a.html"))


@pytest.mark.parametrize("status", [401, 403, 412, 500, 503])
def test_a_refused_robots_txt_stops_the_host(site: Site, client: Client, status: int) -> None:
    """If `robots.txt` is refused or fails, no page of the host is requested in this run."""
    site.put("/a.html", PAGE)
    site.routes["/robots.txt"] = lambda _: Reply(status)
    with pytest.raises(HostStopped, match=r"robots\.txt"):
        client.get(site.url("/a.html"))
    with pytest.raises(HostStopped, match="stopped in this run"):
        client.get(site.url("/a.html"))
    assert site.asked("/a.html") == 0


def test_a_site_without_robots_txt_is_allowed(site: Site, client: Client) -> None:
    """If `robots.txt` is missing, every page may be requested."""
    site.put("/a.html", PAGE)
    assert client.get(site.url("/a.html")).status == 200


def test_a_redirect_to_what_robots_forbids_is_not_followed(site: Site, client: Client) -> None:
    """A redirect to a disallowed page is not followed."""
    site.put("/robots.txt", "User-agent: *\nDisallow: /secret/\n", "text/plain")
    site.routes["/a.html"] = lambda _: Reply(302, headers={"location": "/secret/b.html"})
    with pytest.raises(ForbiddenByRobots):
        client.get(site.url("/a.html"))
    assert site.asked("/secret/b.html") == 0


def test_a_pause_between_two_requests(site: Site, client: Client, fake: FakeClock) -> None:
    """At least three seconds pass between two requests to a host."""
    site.put("/a.html", PAGE)
    for _ in range(3):
        client.get(site.url("/a.html"))
    assert len(fake.slept) == 3  # after robots.txt, and after two pages
    assert all(3 <= seconds <= 4 for seconds in fake.slept)


def test_a_crawl_delay_lengthens_the_pause(site: Site, client: Client, fake: FakeClock) -> None:
    """The crawl delay of `robots.txt` replaces a shorter pause."""
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 20\n", "text/plain")
    site.put("/a.html", PAGE)
    client.get(site.url("/a.html"))
    assert fake.slept == [pytest.approx(20)]


@pytest.mark.parametrize("validators", [{"etag": '"v1"'}, {"last_modified": "Mon, 02 Mar 2020 08:00:00 GMT"}])
def test_a_known_page_is_requested_conditionally(
    site: Site, make_client: MakeClient, validators: dict[str, str]
) -> None:
    """A known page is requested with its validators, and an unchanged one comes from the cache."""
    site.put("/a.html", PAGE, **validators)
    make_client().get(site.url("/a.html"))
    answer = make_client().get(site.url("/a.html"))
    assert (answer.status, answer.data, answer.unchanged) == (200, PAGE, True)
    asked = site.log[-1][1]
    assert "if-none-match" in asked or "if-modified-since" in asked


def test_an_old_page_is_always_revalidated(site: Site, make_client: MakeClient) -> None:
    """A page with a long cache lifetime is still checked, so that a change is noticed."""
    site.put("/a.html", PAGE, last_modified="Mon, 02 Mar 2009 08:00:00 GMT", cache_control="max-age=31536000")
    make_client().get(site.url("/a.html"))
    site.put("/a.html", PAGE + b"new", last_modified="Tue, 03 Mar 2026 08:00:00 GMT")
    assert make_client().get(site.url("/a.html")).data.endswith(b"new")


def test_a_503_is_retried(site: Site, client: Client, fake: FakeClock) -> None:
    """Two responses with 503 are retried with increasing waits, and the third gives the page."""
    site.put("/a.html", PAGE)
    site.fail_first("/a.html", 2, Reply(503))
    assert client.get(site.url("/a.html")).data == PAGE
    assert site.asked("/a.html") == 3
    assert fake.passed > 6  # back-off besides the pauses


def test_503_is_retried_a_limited_number_of_times(site: Site, client: Client) -> None:
    """After four attempts with 503 the page is given up."""
    site.routes["/a.html"] = lambda _: Reply(503)
    with pytest.raises(FetchError, match="answers 503 after 4 attempts"):
        client.get(site.url("/a.html"))
    assert site.asked("/a.html") == 4


def test_429_waits_as_long_as_the_site_asks(site: Site, client: Client, fake: FakeClock) -> None:
    """After 429 the client waits for the stated number of seconds."""
    site.put("/a.html", PAGE)
    site.fail_first("/a.html", 1, Reply(429, headers={"retry-after": "70"}))
    assert client.get(site.url("/a.html")).data == PAGE
    assert 70 in fake.slept


def test_retry_after_as_a_date(site: Site, client: Client, fake: FakeClock) -> None:
    """After 429 the client waits until the stated date."""
    site.put("/a.html", PAGE)
    until = format_datetime(RECEIVED + timedelta(seconds=90))
    site.fail_first("/a.html", 1, Reply(429, headers={"retry-after": until}))
    client.get(site.url("/a.html"))
    assert any(80 < seconds <= 90 for seconds in fake.slept)


def test_a_site_that_wants_an_hour_is_left_for_another_run(site: Site, client: Client, fake: FakeClock) -> None:
    """A site that asks for an hour is stopped for this run without waiting."""
    site.routes["/a.html"] = lambda _: Reply(429, headers={"retry-after": "3600"})
    with pytest.raises(HostStopped, match="wait 3600 s"):
        client.get(site.url("/a.html"))
    assert site.asked("/a.html") == 1
    assert max(fake.slept) < 100


@pytest.mark.parametrize("status", [403, 404, 412])
def test_permanent_errors_are_not_retried(site: Site, client: Client, status: int) -> None:
    """Responses with 403, 404 and 412 are not retried."""
    site.routes["/a.html"] = lambda _: Reply(status, b"no")
    assert client.get(site.url("/a.html")).status == status
    assert site.asked("/a.html") == 1


def test_a_broken_connection_is_tried_again(site: Site, client: Client) -> None:
    """A response that breaks off is retried until it is complete."""
    site.put("/a.html", PAGE)
    site.fail_first("/a.html", 2, Reply(200, PAGE, cut_after=40))
    assert client.get(site.url("/a.html")).data == PAGE
    assert site.asked("/a.html") == 3


def test_a_broken_response_is_never_cached(site: Site, make_client: MakeClient) -> None:
    """A response that broke off is never served from the cache."""
    site.put("/a.html", PAGE, etag='"1"')
    site.fail_first("/a.html", 1, Reply(200, PAGE, {"etag": '"1"'}, cut_after=40))
    assert make_client(attempts=2).get(site.url("/a.html")).data == PAGE
    assert make_client().get(site.url("/a.html")).data == PAGE


def test_redirects_within_limits(site: Site, client: Client) -> None:
    """A redirect is followed, and the response has the requested and the final URL."""
    site.put("/new.html", PAGE)
    site.routes["/old.html"] = lambda _: Reply(301, headers={"location": "/new.html"})
    answer = client.get(site.url("/old.html"))
    assert (answer.url, answer.final_url, answer.data) == (site.url("/old.html"), site.url("/new.html"), PAGE)


def test_a_redirect_loop_ends(site: Site, client: Client) -> None:
    """A loop of redirects ends after five with an error."""
    site.routes["/a.html"] = lambda _: Reply(302, headers={"location": "/b.html"})
    site.routes["/b.html"] = lambda _: Reply(302, headers={"location": "/a.html"})
    with pytest.raises(FetchError, match="more than 5 redirects"):
        client.get(site.url("/a.html"))
    assert len(site.paths()) == 6


def test_a_redirect_with_an_endless_body_is_not_read(site: Site, client: Client) -> None:
    """The body of a redirect is not read, even if it never ends."""
    site.put("/new.html", PAGE)
    site.routes["/a.html"] = lambda _: Reply(
        302, headers={"location": "/new.html"}, chunks=drip(b"x" * 65536, lambda: None)
    )
    assert client.get(site.url("/a.html")).data == PAGE


def test_a_response_that_declares_too_many_bytes_is_refused(site: Site, make_client: MakeClient) -> None:
    """A response whose declared length exceeds the limit is refused unread."""
    site.routes["/a.html"] = lambda _: Reply(200, b"x", {"content-length": "99999999"}, cut_after=1)
    with pytest.raises(TooLarge, match="declares 99,999,999 bytes"):
        make_client(largest_page_bytes=1000).get(site.url("/a.html"))


def test_a_response_that_sends_too_many_bytes_is_cut_off(site: Site, make_client: MakeClient) -> None:
    """A response without a declared length is cut off at the limit."""
    site.routes["/a.html"] = lambda _: Reply(200, chunks=drip(b"x" * 4096, lambda: None))
    with pytest.raises(TooLarge, match="sends more than 100,000 bytes"):
        make_client(largest_page_bytes=100_000).get(site.url("/a.html"))


def test_a_gzip_bomb_is_cut_off_while_it_unpacks(site: Site, make_client: MakeClient) -> None:
    """A small gzip response that decompresses to 200 MB is cut off at the limit."""
    site.put("/a.html", bomb(200_000_000), content_encoding="gzip")
    with pytest.raises(TooLarge, match="decompress to more than 5,000,000"):
        make_client(largest_page_bytes=5_000_000).get(site.url("/a.html"))


def test_a_bomb_in_a_bomb_is_not_opened(site: Site, client: Client) -> None:
    """A response that is compressed twice is refused without decompressing it."""
    site.put("/a.html", bomb(1_000_000), content_encoding="gzip, gzip")
    with pytest.raises(FetchError, match="'gzip, gzip', which was not asked for"):
        client.get(site.url("/a.html"))


def test_a_compressed_page_is_decompressed(site: Site, make_client: MakeClient) -> None:
    """A gzip response is decompressed, also when it comes from the cache."""
    import gzip

    site.put("/a.html", gzip.compress(PAGE), content_encoding="gzip", etag='"1"')
    assert make_client().get(site.url("/a.html")).data == PAGE
    assert make_client().get(site.url("/a.html")).data == PAGE  # and the remembered one too


def test_a_body_that_never_ends_is_cut_off(site: Site, make_client: MakeClient) -> None:
    """A body that arrives too slowly is given up after the time limit and not retried."""
    site.routes["/a.html"] = lambda _: Reply(200, chunks=drip(b"x", lambda: time.sleep(0.02)))
    site.put("/robots.txt", "", "text/plain")
    with pytest.raises(TooSlow, match="not complete after"):
        make_client(Clock(sleep=lambda _: None), whole_answer_seconds=0.4).get(site.url("/a.html"))
    assert site.asked("/a.html") == 1  # it would not end the second time either


def test_a_silent_site_times_out(site: Site, make_client: MakeClient) -> None:
    """A site that sends nothing fails with a timeout."""

    def silent(_: str) -> Reply:
        time.sleep(0.5)
        return Reply(200, PAGE)

    site.put("/robots.txt", "", "text/plain")
    site.routes["/a.html"] = silent
    with pytest.raises(FetchError, match="no response"):
        make_client(read_seconds=0.1, attempts=2).get(site.url("/a.html"))


def test_an_unreachable_host_is_stopped(make_client: MakeClient) -> None:
    """A host that cannot be reached is stopped for this run."""
    with Site() as gone:
        url = gone.url("/a.html")
    with pytest.raises(HostStopped, match=r"robots\.txt cannot be fetched"):
        make_client(attempts=2).get(url)


def test_one_request_at_a_time_to_a_host(site: Site, make_client: MakeClient) -> None:
    """Concurrent callers never send two requests to a host at the same time."""
    from concurrent.futures import ThreadPoolExecutor

    def slow(_: str) -> Reply:
        time.sleep(0.02)
        return Reply(200, PAGE)

    site.routes["/a.html"] = slow
    client = make_client(Clock(sleep=lambda _: None))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: client.get(site.url("/a.html")), range(8)))
    assert site.max_concurrent == 1
