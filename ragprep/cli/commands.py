"""The commands but for those of eval: each parses, calls `Prep`, and hands the result to render."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ragprep import __version__, wire
from ragprep.cli import layout, render
from ragprep.cli.opening import opened
from ragprep.cli.options import (
    LLM,
    Address,
    AnswerFile,
    AnswerText,
    AsJson,
    Engine,
    EngineName,
    Explain,
    Force,
    Formats,
    Guide,
    GuideFile,
    GuidePaths,
    Home,
    LLMModel,
    Points,
    RefOrText,
    Refs,
    Second,
    Section,
    Shipped,
    Svg,
    Top,
    Verbose,
    Words,
)
from ragprep.errors import ConfigError, NotCovered

if TYPE_CHECKING:
    from ragprep.config import Config
    from ragprep.index.ray_engine import RayEngine

app = typer.Typer(
    rich_markup_mode=None,  # 70 ms against 114 ms (measured)
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        render.show([layout.Line.of(f"ragprep {__version__}")])
        raise typer.Exit


@app.callback()
def ragprep(
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version."),
    ] = False,
) -> None:
    """Ask your interview guides a question: the right entries at once, and a cited answer.

    Everything runs on this machine. The first question builds the index.

    Example: ragprep ask why does my model fail on new data
    """


@app.command()
def search(
    query: Words,
    top: Top = 5,
    section: Section = None,
    explain: Explain = False,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Find the entries that answer a question, best first.

    Example: ragprep search my model aces training and flops on new data
    """
    with opened(home) as prep:
        result = prep.search(" ".join(query), top, section=section)
    if as_json:
        render.show_json(wire.search(result, explain=explain))
    else:
        render.show(layout.search(result, explain=explain))


@app.command()
def ask(
    question: Words,
    llm: LLM = None,
    model: LLMModel = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Answer a question from the guides, each sentence cited.

    With Ollama running, or another --llm, a model writes the answer from the entries found.
    Without one, the answer is the guide's own sentences: those about the point asked, or all of
    an entry. What else the entry has is named below.

    Example: ragprep ask when is accuracy misleading
    """
    with opened(home, llm=llm, llm_model=model) as prep:
        on_text = None if as_json else render.stream()
        answer = prep.ask(" ".join(question), on_text=on_text)
    if as_json:
        render.show_json(wire.answer(answer))
    else:
        render.show(layout.after_answer(answer))
        render.say(answer.note)


@app.command()
def chat(
    llm: LLM = None, model: LLMModel = None, as_json: AsJson = False, home: Home = None
) -> None:
    """Hold a conversation: a question may refer to the one before ("and how do I detect it?").

    What it is read as is shown, if that is not what was typed. "more" shows the current entry.
    /sources says where an answer comes from, /new begins anew, /save FILE keeps it, /quit leaves.
    From a pipe each line is a question. With --json each answer is an object on a line.

    Example: ragprep chat --llm none
    """
    from ragprep.cli.chat import talk

    with opened(home, llm=llm, llm_model=model) as prep:
        all_well = talk(prep.chat(), as_json=as_json)
    raise typer.Exit(int(not all_well))


@app.command()
def show(refs: Refs, points: Points = False, as_json: AsJson = False, home: Home = None) -> None:
    """Show entries, question and answer.

    Example: ragprep show q3
    """
    with opened(home) as prep:
        chosen = [prep.entry(ref) for ref in refs]
        entries = [(entry, prep.points(entry.id) if points else None) for entry in chosen]
        rubrics = [prep.rubric(entry.id) for entry in chosen] if points else []
    if as_json:
        render.show_json(wire.entries_shown(entries, rubrics))
    else:
        from ragprep.cli import graded

        render.show(layout.entries_shown(entries))
        render.show(line for rubric in rubrics for line in graded.rubric_notes(rubric))


@app.command()
def grade(
    entry: RefOrText,
    answer: AnswerText = None,
    file: AnswerFile = None,
    llm: Second = None,
    model: LLMModel = None,
    verbose: Verbose = False,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Grade your own answer to an entry, point by point.

    Given words, it finds the entry that they ask for first, and says which.
    Without --answer and --file it reads a pipe, or on a terminal opens $EDITOR (not with --json).
    What counts can be amended in a file beside the guide, as in notes.points.toml for notes.md.

    Example: ragprep grade q3 --answer "the model memorises the training data, noise and all"
    """
    from ragprep.cli import graded
    from ragprep.cli.written import answer_from, entry_to_grade

    with opened(home, llm=llm, llm_model=model) as prep:
        asked = entry_to_grade(prep, entry)
        question = None if as_json else asked.question
        with answer_from(answer, file, question=question) as text:
            result = prep.grade(asked.id, text, second=llm not in {None, "none"})
    if as_json:
        render.show_json(wire.grade(result))
    else:
        render.show(graded.grade(result, verbose=verbose))
        render.say(result.note)


@app.command()
def progress(
    section: Section = None,
    guide: Guide = None,
    svg: Svg = None,
    force: Force = False,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Show how far you have come: by section, by day, and on the day of the interview.

    Known is the probability that you recall an entry today, times the score of your last answer.

    Example: ragprep progress --svg progress.svg
    """
    from ragprep.cli import picture, standing

    if svg is not None and svg.exists() and not force:
        raise ConfigError(f"{svg} exists.", remedy="Replace it with --force, or name another.")
    with opened(home) as prep:
        shown = prep.progress(section=section, guide=guide)
    if svg is not None:
        picture.write(svg, picture.progress(shown))
    if as_json:
        render.show_json(wire.progress(shown))
    else:
        render.show(standing.progress(shown))


@app.command()
def due(
    section: Section = None, guide: Guide = None, as_json: AsJson = False, home: Home = None
) -> None:
    """Show what is due today, and when the next entries are.

    Example: ragprep due
    """
    from ragprep.cli import standing

    with opened(home) as prep:
        entries, new, today = prep.due(section=section, guide=guide)
    if as_json:
        render.show_json(wire.due(entries, new))
    else:
        render.show(standing.due(entries, new, today))


@app.command()
def related(entry: RefOrText, top: Top = 5, as_json: AsJson = False, home: Home = None) -> None:
    """Say what to look at next after an entry, with the reason for each.

    Given words, it finds the entry that they ask for first; if the guides cover none, it says so
    and names the closest.

    Example: ragprep related q3
    """
    with opened(home) as prep:
        try:
            after = prep.find(" ".join(entry))
        except NotCovered as error:
            if as_json:
                render.show_json(wire.related(None, ()))
            else:
                render.show(layout.search(error.result, explain=False))
            return
        entries = prep.related(after.id, top)
    if as_json:
        render.show_json(wire.related(after, entries))
    else:
        render.show(layout.related(after, entries))


@app.command("list")
def list_entries(section: Section = None, as_json: AsJson = False, home: Home = None) -> None:
    """List the entries, section by section.

    Example: ragprep list --section "deep learning"
    """
    with opened(home) as prep:
        entries = prep.entries(section=section)
    if as_json:
        render.show_json(wire.listing(entries))
    else:
        render.show(layout.listing(entries))


@app.command()
def index(
    paths: GuidePaths = None,
    shipped: Shipped = False,
    formats: Formats = False,
    engine: Engine = EngineName.LOCAL,
    address: Address = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Build the index from your guides, or update it.

    Only what changed is embedded anew. The previous index serves until the new one is complete.

    Example: ragprep index notes/ --shipped
    """
    if formats:
        _show_formats(as_json=as_json)
        return
    if "" in (paths or []):
        raise ConfigError("One of the paths is empty.", remedy="Name guides or folders of guides.")
    chosen: list[Path | str] = [*(["shipped"] if shipped else []), *(paths or [])]
    if address is not None and engine is not EngineName.RAY:
        raise ConfigError("Only the engine ray has an address.", remedy="Add --engine ray.")
    with opened(home) as prep:
        report = prep.build(chosen or None, engine=_engine(prep.config, engine, address))
    if as_json:
        render.show_json(wire.build(report))
    else:
        render.show(layout.build(report))


def _engine(config: Config, name: EngineName, address: str | None) -> RayEngine | None:
    """Return what embeds in place of this process."""
    if name is EngineName.LOCAL:
        return None
    from ragprep.index.ray_engine import RayEngine

    return RayEngine(config.home, config.model, address=address)


def _show_formats(*, as_json: bool) -> None:
    described = wire.formats()
    if as_json:
        render.show_json(described)
    else:
        rows = [(f["name"], f["description"], f["suffixes"]) for f in described["formats"]]
        render.show(layout.formats(rows))


@app.command()
def status(as_json: AsJson = False, home: Home = None) -> None:
    """Show what the index is made of.

    Example: ragprep status
    """
    with opened(home) as prep:
        manifest = prep.status()
    if as_json:
        render.show_json(wire.status(manifest, prep.config.home))
    else:
        render.show(layout.status(manifest, prep.config.store or prep.config.home))


@app.command()
def lint(file: GuideFile, as_json: AsJson = False, home: Home = None) -> None:
    """Check a guide or a folder of guides: what would be indexed, and what would not.

    Example: ragprep lint notes/networks.md
    """
    with opened(home) as prep:
        if file.is_dir():
            guides = prep.lint_folder(file)
            if as_json:
                render.show_json(wire.lint_folder(guides))
            else:
                render.show(layout.lint_folder(guides))
            return
        guide = prep.lint(file)
    if as_json:
        render.show_json(wire.lint(guide))
    else:
        render.show(layout.lint(guide))


@app.command()
def expand(
    guide: GuideFile,
    llm: LLM = None,
    model: LLMModel = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Let a local model write aliases for a guide: other ways to ask for its entries.

    Only phrases that find their entry are kept, and only if they help the search.
    Interrupted, it goes on at the next run. Aliases written by hand stay as they are.

    Example: ragprep expand notes/networks.md --model qwen2.5:7b
    """
    with opened(home, llm=llm, llm_model=model) as prep:
        expansion = prep.expand(guide)
    if as_json:
        render.show_json(wire.expand(expansion))
    else:
        render.show(layout.expand(expansion))


@app.command()
def doctor(as_json: AsJson = False, home: Home = None) -> None:
    """Check what ragprep needs, and say how to fix what is missing.

    The exit code is 1 when something is missing that ragprep cannot do without.

    Example: ragprep doctor
    """
    with opened(home) as prep:
        checks = prep.doctor()
    if as_json:
        render.show_json(wire.doctor(checks))
    else:
        render.show(layout.doctor(checks))
    raise typer.Exit(int(not all(check.ok or check.optional for check in checks)))
