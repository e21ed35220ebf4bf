"""Forbidden addresses are refused before a byte is sent, even by redirect or by name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nianbao.sources.addresses import is_public
from nianbao.sources.errors import ForbiddenAddress, HostStopped
from tests.sources.conftest import MakeClient
from tests.sources.site import Reply, Site


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:192.168.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a00:1",
    ],
)  # fmt: skip
def test_private_and_special_addresses_are_not_public(address: str) -> None:
    """Loopback, private, link-local, multicast and translated addresses are not public."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "223.5.5.5", "2400:3200::1", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    """Ordinary IPv4 and IPv6 addresses are public, also in mapped and translated form."""
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://127.0.0.1/a", "gopher://127.0.0.1/", "data:text/html,x", "javascript:alert(1)",
        "//127.0.0.1/a", "a.html", "", "http://", "http:///a", "http://[::1", "https://",
    ],
)  # fmt: skip
def test_only_http_and_https_are_requested(make_client: MakeClient, url: str) -> None:
    """URLs of other schemes and malformed URLs are refused."""
    with pytest.raises(ForbiddenAddress):
        make_client().get(url)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]"])
def test_loopback_is_refused_however_it_is_written(site: Site, make_client: MakeClient, host: str) -> None:
    """Each notation of the loopback address is refused, and nothing is sent."""
    port = site.root.rsplit(":", 1)[1]
    with pytest.raises((ForbiddenAddress, HostStopped)):
        make_client(allow_private_addresses=False).get(f"http://{host}:{port}/a.html")
    assert site.log == []


def test_a_name_with_a_private_address_is_refused(site: Site, make_client: MakeClient) -> None:
    """A host name that resolves to a private address is refused before anything is sent."""
    port = site.root.rsplit(":", 1)[1]
    client = make_client(resolver=lambda host, port: ["127.0.0.1"], allow_private_addresses=False)
    with pytest.raises(ForbiddenAddress, match=r"resolves to 127\.0\.0\.1, .* nothing was sent"):
        client.get(f"http://www.example.invalid:{port}/a.html")
    assert site.log == []


def test_one_private_address_among_several_is_refused(site: Site, make_client: MakeClient) -> None:
    """A host name with one private address among public ones is refused."""
    client = make_client(resolver=lambda host, port: ["1.1.1.1", "10.0.0.1"], allow_private_addresses=False)
    with pytest.raises(ForbiddenAddress, match=r"10\.0\.0\.1"):
        client.get("http://www.example.invalid/a.html")


def test_a_redirect_to_another_kind_of_address_is_refused(site: Site, make_client: MakeClient) -> None:
    """Redirects to file, ftp and gopher URLs are not followed."""
    for n, target in enumerate(("file:///etc/passwd", "ftp://example.invalid/a", "gopher://127.0.0.1:1/x")):
        site.routes[f"/{n}.html"] = lambda _, to=target: Reply(302, headers={"location": to})  # type: ignore[misc]
        with pytest.raises(ForbiddenAddress):
            make_client().get(site.url(f"/{n}.html"))


def test_a_redirect_that_leads_inside_is_refused(site: Site, make_client: MakeClient) -> None:
    """The name resolves to a public address first, and to a private one after a redirect to it."""
    port = int(site.root.rsplit(":", 1)[1])
    inside = f"http://inside.example.invalid:{port}/secret.html"
    site.routes["/a.html"] = lambda _: Reply(302, headers={"location": inside})
    site.put("/secret.html", b"secret")

    def resolver(host: str, _: int) -> list[str]:
        return ["192.168.0.7"] if host.startswith("inside") else ["127.0.0.1"]

    client = make_client(resolver=resolver, allow_private_addresses=False)
    with pytest.MonkeyPatch.context() as patch:
        from nianbao.sources import addresses

        patch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1")
        with pytest.raises(ForbiddenAddress, match=r"192\.168\.0\.7"):
            client.get(f"http://open.example.invalid:{port}/a.html")
    assert site.asked("/secret.html") == 0


def test_the_address_that_was_checked_is_the_one_that_is_asked(site: Site, make_client: MakeClient) -> None:
    """A name is resolved once per connection, so a different second answer has no effect."""
    port = site.root.rsplit(":", 1)[1]
    answers: Iterator[list[str]] = iter([["127.0.0.1"]])
    client = make_client(resolver=lambda *_: next(answers))
    site.put("/robots.txt", "", "text/plain")
    site.put("/a.html", b"page")
    assert client.get(f"http://www.example.invalid:{port}/a.html").data == b"page"
