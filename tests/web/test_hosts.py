"""By which names and addresses a browser may come to the server, and what it is told to open."""

from __future__ import annotations

import socket

import pytest

from ragprep.errors import ConfigError
from ragprep.web import serve
from ragprep.web.hosts import Hosts, to_open

pytestmark = pytest.mark.fast


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000"])
def test_this_machine_is_asked_by_its_own_names_with_the_port(host: str):
    assert host in Hosts("127.0.0.1", 8000)
    assert host.removesuffix(":8000") not in Hosts("127.0.0.1", 8000)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "localhost:80"])
def test_on_port_80_browsers_leave_the_port_out(host: str):
    assert host in Hosts("127.0.0.1", 80)


@pytest.mark.parametrize(
    "host", ["evil.example:8000", "10.0.0.5:8000", "127.0.0.1:x", "127.0.0.1:", ":8000", ""]
)
def test_any_other_name_or_address_is_none_of_ours(host: str):
    assert host not in Hosts("127.0.0.1", 8000)


def test_a_name_with_capitals_is_asked_by_in_lower_case_as_browsers_write_it():
    assert "mybox:8000" in Hosts("MyBox", 8000)


def test_on_every_address_a_server_is_asked_by_each_and_by_the_machines_name():
    hosts = Hosts("0.0.0.0", 8000)
    assert "10.0.0.5:8000" in hosts and "[fe80::1]:8000" in hosts
    assert f"{socket.gethostname().lower()}:8000" in hosts
    assert "evil.example:8000" not in hosts and "10.0.0.5:9000" not in hosts


@pytest.mark.parametrize(
    ("host", "opened"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("mybox", "mybox"),
        ("::1", "[::1]"),
        ("0.0.0.0", "127.0.0.1"),
        ("::", "[::1]"),
    ],
)
def test_the_address_that_is_printed_can_be_opened(host: str, opened: str):
    assert to_open(host) == opened


def test_a_server_listens_on_ipv6():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError as exc:
        pytest.skip(f"this machine has no IPv6: {exc}")
    with serve._listening("::1", 0) as listening:
        assert listening.getsockname()[0] == "::1"


def test_a_host_that_is_not_of_this_machine_is_what_to_leave_out():
    with pytest.raises(ConfigError, match=r"192\.0\.2\.1 is no address") as caught:
        serve._listening("192.0.2.1", 0)  # of RFC 5737, which no machine has
    assert "--host" in caught.value.remedy


def test_a_port_that_is_taken_is_what_to_leave_out():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"Port {port} of") as caught:
            serve._listening("127.0.0.1", port)
    assert "--port" in caught.value.remedy
