"""What a page shows, read from its HTML."""

from __future__ import annotations

import re
from html import unescape

from httpx import Response


def text_of(reply: Response) -> str:
    """Return the text of a page, without tags, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", reply.text)).split())


def step_of(reply: Response) -> str:
    """Return the step that the form of a page was made for."""
    [step] = re.findall(r'name="step" value="([^"]*)"', reply.text)
    return step


def typed_in(reply: Response) -> str:
    """Return what stands in the field of an answer."""
    [text] = re.findall(r"<textarea[^>]*>([^<]*)</textarea>", reply.text)
    return unescape(text)
