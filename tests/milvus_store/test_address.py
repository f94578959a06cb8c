"""Where the setting `store` leads."""

from __future__ import annotations

import pytest

from ragprep.errors import ConfigError
from ragprep.milvus.address import PORT, TIMEOUT_S, Address, parse


@pytest.mark.parametrize(
    ("store", "address"),
    [
        ("milvus://db.lan:1234/guides", Address("http://db.lan:1234", "guides", TIMEOUT_S)),
        ("milvus://db.lan/guides", Address(f"http://db.lan:{PORT}", "guides", TIMEOUT_S)),
        ("milvus+tls://db.lan:443/g_1", Address("https://db.lan:443", "g_1", TIMEOUT_S)),
        ("milvus://[::1]:9/g?timeout=5", Address("http://[::1]:9", "g", 5.0)),
    ],
)
def test_a_setting_is_host_port_and_collection(store: str, address: Address):
    """And how long to wait for an answer."""
    assert parse(store) == address


@pytest.mark.parametrize(
    "store",
    [
        *(
            "",
            "guides",
            "http://db.lan:1234/guides",
            "milvus:///guides",
            "milvus://db.lan:x/guides",
        ),
        *("milvus://db.lan:99999/guides", "milvus://db.lan/", "milvus://db.lan/a/b"),
        *("milvus://db.lan/1guides", "milvus://db.lan/guides'", "milvus://me:secret@db.lan/guides"),
        *("milvus://db.lan/guides?timeout=0", "milvus://db.lan/guides?timeout=soon"),
    ],
)
def test_another_setting_is_refused_with_an_example(store: str):
    """A secret in it too: files with settings are shared."""
    with pytest.raises(ConfigError) as refused:
        parse(store)
    assert "milvus://127.0.0.1:19530/guides" in refused.value.remedy
