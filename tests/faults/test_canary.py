"""No key is found in what clients print at their most talkative, and a key that stands there would be."""

from __future__ import annotations

import base64

import pytest
from canary import OURS, Search, examine
from scene import LOCAL_SERVER
from terms import api_key

KEY = api_key("old-0123456789abcdef0123456789abcdef")


@pytest.mark.parametrize("client", OURS)
def test_no_key_is_told(client: str) -> None:
    if not LOCAL_SERVER.exists():
        pytest.fail(f"there is no {LOCAL_SERVER}: make build, or name one in MOMENTO_LAMBDA_LOCAL")
    if (missing := OURS[client].missing) is not None:
        pytest.skip(missing)
    assert examine(OURS[client]).found == []


@pytest.mark.parametrize(
    "text",
    [
        f"authorization: {KEY}",
        KEY.split(".")[2],
        f"jti 0123456789abcdef0123456789abcdef of {KEY[:10]}",
        base64.b64encode(f"Bearer {KEY}".encode()).decode(),
        base64.b64encode(f"Basic: {KEY}".encode()).decode(),
        f"<Buffer {KEY.encode().hex(' ')}>",
        str(list(KEY.encode())),
    ],
)
def test_a_key_would_be_found(text: str) -> None:
    search = Search()
    search.look("a text", "none", f"before {text} after".encode(), [KEY])
    assert search.found
    assert search.searched == {"a text": len(text) + 13}
