"""The tools that read: what they return is `wire`'s, described by their schemas, marked as data."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import jsonschema
import pytest
from mcp import Client
from mcp_types import TextContent

from ragprep import Prep, wire
from ragprep.index.snapshot import CHECK_EVERY_S
from ragprep.mcp.results import NOTICE

Connect = Callable[..., Client]

pytestmark = pytest.mark.anyio

FISH = "Cats eat fresh fish."
CALLS = {
    "search": {"query": "what does a cat eat?", "top": 1},
    "ask": {"question": "what does a cat eat?"},
    "entry": {"entry": "q1"},
    "related": {"entry": "q1"},
    "grade": {"entry": "q1", "answer": FISH},
    "due": {},
}


async def test_every_tool_but_review_only_reads(connect: Connect, cats: Prep) -> None:
    """And none reaches beyond the guides, the history, and the model that the settings name."""
    async with connect(cats) as client:
        listed = (await client.list_tools()).tools
    assert [tool.name for tool in listed] == [*CALLS, "review"]
    hints = [tool.annotations for tool in listed]
    assert [hint and hint.read_only_hint for hint in hints] == [True] * 6 + [False]
    assert hints[-1] and hints[-1].destructive_hint is False
    assert {hint and hint.open_world_hint for hint in hints} == {False}


async def test_a_result_is_that_of_wire(connect: Connect, cats: Prep) -> None:
    """With the notice that its texts are data; a client of text reads the same as JSON."""
    after = cats.entry("q1")
    expected = {
        "search": wire.search(cats.search("what does a cat eat?", 1), explain=False),
        "entry": wire.entries_shown([(after, cats.points("q1"))]),
        "related": wire.related(after, cats.related("q1")),
        "grade": wire.grade(cats.grade("q1", FISH)),
        "due": wire.due((), 2),
    }
    async with connect(cats) as client:
        for name, body in expected.items():
            result = await client.call_tool(name, CALLS[name])
            assert result.is_error is False
            assert result.structured_content == json.loads(json.dumps({"notice": NOTICE, **body}))
            assert _text(result) == result.structured_content


async def test_an_answer_is_cited(connect: Connect, cats: Prep) -> None:
    """Its times differ from call to call."""
    async with connect(cats) as client:
        result = await client.call_tool("ask", CALLS["ask"])
    assert result.structured_content["text"].startswith("Cats catch mice at night. [q1]")
    assert result.structured_content["sources"][0]["label"] == "q1"


async def test_a_schema_describes_every_key(connect: Connect, cats: Prep) -> None:
    """The published one, with further keys forbidden, holds for what the tool returns."""
    async with connect(cats) as client:
        for tool in (await client.list_tools()).tools[:-1]:
            result = await client.call_tool(tool.name, CALLS[tool.name])
            jsonschema.validate(result.structured_content, _closed(tool.output_schema))
            assert "`" in tool.output_schema["description"]  # what the keys mean


async def test_what_the_guides_do_not_cover_is_a_result(connect: Connect, prep: Prep) -> None:
    """As on the command line; here the shipped guide."""
    async with connect(prep) as client:
        answer = await client.call_tool("ask", {"question": "how do I bake sourdough bread"})
        nothing = await client.call_tool("related", {"entry": "how do I bake sourdough bread"})
    assert answer.structured_content["refused"] is True
    assert nothing.structured_content == {
        "notice": NOTICE,
        "entry": None,
        "covered": False,
        "related": [],
    }


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("entry", {"entry": "q9"}, "`ragprep list` shows all"),
        ("search", {"query": " "}, 'Ask something like "what is dropout?"'),
        ("ask", {"question": "a" * 10_001}, "Ask it in a few sentences."),
        ("grade", {"entry": "q1", "answer": "a" * 20_001}, "Shorten it"),
        ("due", {"section": "Dogs"}, "Sleep"),
    ],
)
async def test_an_error_comes_with_its_remedy(
    connect: Connect, cats: Prep, tool: str, arguments: dict[str, Any], message: str
) -> None:
    """As the result of the tool, which a model can act on."""
    async with connect(cats) as client:
        result = await client.call_tool(tool, arguments)
    assert result.is_error is True
    assert message in result.content[0].text


async def test_limits_are_published(connect: Connect, cats: Prep) -> None:
    """10,000 characters of a query, 20,000 of an answer, 50 hits; what is above is refused."""
    async with connect(cats) as client:
        tools = {
            tool.name: tool.input_schema["properties"] for tool in (await client.list_tools()).tools
        }
        many = await client.call_tool("search", {"query": "cat", "top": 51})
        long_label = await client.call_tool("entry", {"entry": "q" * 201})
    assert tools["search"]["query"]["maxLength"] == 10_000
    assert tools["grade"]["answer"]["maxLength"] == 20_000
    assert tools["search"]["top"]["maximum"] == 50
    assert (many.is_error, long_label.is_error) == (True, True)


async def test_an_entry_has_one_name_in_all_tools(connect: Connect, cats: Prep) -> None:
    """An assistant that has called one of them knows how to call the others."""
    async with connect(cats) as client:
        tools = (await client.list_tools()).tools
    names = {tool.name: set(tool.input_schema["properties"]) for tool in tools}
    assert {name for name, taken in names.items() if "entry" in taken} == {
        *("entry", "related", "grade", "review")
    }
    assert not any("ref" in taken for taken in names.values())


async def test_the_person_hears_what_the_guides_tell(
    connect: Connect, cats: Prep, guide: Path
) -> None:
    """A guide that was edited is indexed anew, and the result says so after its JSON."""
    async with connect(cats) as client:
        await client.call_tool("entry", {"entry": "q1"})
        guide.write_text(guide.read_text() + "\n### Q3. Why do cats purr?\n\n**A:** Milk.\n")
        await anyio.sleep(CHECK_EVERY_S)
        result = await client.call_tool("entry", {"entry": "q3"})
    assert [block.text for block in result.content[1:]] == ["cats changed; index updated."]


def _text(result: Any) -> Any:
    (block,) = result.content
    assert isinstance(block, TextContent)
    return json.loads(block.text)


def _closed(schema: Any) -> Any:
    """Return a schema that allows no other keys than those it names."""
    schema = copy.deepcopy(schema)
    for part in (schema, *schema.get("$defs", {}).values()):
        if part.get("type") == "object":
            part["additionalProperties"] = False
    return schema
