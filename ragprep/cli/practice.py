"""The loop of `ragprep practice`: shows what a session asks, and hands it what the person types."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from ragprep import wire
from ragprep.cli import layout, render, session_layout
from ragprep.cli.answering import EDIT, HANGUPS, InputEnded, Pipe, Source, source
from ragprep.cli.written import edited
from ragprep.errors import RagprepError
from ragprep.types.practice import Rating
from ragprep.types.session import Answered, Question, Stage, Step

if TYPE_CHECKING:
    from ragprep.practice.session import Session

RATINGS = {key: rating for rating in Rating for key in (str(int(rating)), rating.name[0].lower())}
COMMANDS = (EDIT, "s", "u", "?", "q")


class Left(Exception):
    """The person left."""


def practise(session: Session, *, as_json: bool) -> bool:
    """Ask and grade until nothing is left to ask, the person leaves, or the input ends.

    Returns:
        Whether all could be graded and kept.
    """
    hear_hangups()
    sitting = Sitting(session, source(as_json=as_json), as_json=as_json)
    try:
        sitting.run()
    except InputEnded as ended:
        session.keep(ended.text)
    except Left:
        pass
    if as_json:
        render.show_json(wire.practice(session))
    else:
        render.show(session_layout.summary(session.steps, session.skipped))
    return sitting.all_well


def hear_hangups() -> None:
    """Let a closed terminal, and a polite end of the process, be as good as Ctrl-C."""
    for number in HANGUPS:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.getsignal(signal.SIGINT))


class Sitting:
    """A person, or a pipe, in front of a session.

    Attributes:
        all_well: whether nothing has failed.
    """

    def __init__(self, session: Session, typed: Source, *, as_json: bool) -> None:
        self.all_well = True
        self._session = session
        self._typed = typed
        self._as_json = as_json
        self._shown: Question | None = None

    def run(self) -> None:
        """Go on until the session is done.

        Raises:
            InputEnded: the input ended, with what was typed.
            Left: the person left.
        """
        if not isinstance(self._typed, Pipe):
            for line in session_layout.HELP:
                render.say(line)
        handlers = {
            Stage.ANSWER: self._answer,
            Stage.RATING: self._rate,
            Stage.FOLLOW_UP: self._follow_up,
        }
        while self._session.stage is not Stage.DONE:
            try:
                handlers[self._session.stage]()
            except RagprepError as error:
                self.all_well = False
                show_error = render.show_json_error if self._as_json else render.show_error
                show_error(str(error), error.remedy)
                self._obey(self._typed.key(session_layout.RETRY, ["", "s", "q"]))

    def _answer(self) -> None:
        session = self._session
        question = session.question
        assert question is not None
        if self._shown is None or self._shown.number != question.number:
            self._shown = question
            self._show(question)
        text = self._typed.answer(question.draft, COMMANDS, session.keep)
        if text in COMMANDS and text != EDIT:
            self._obey(text)
        else:
            self._show(session.answer(self._edited(text, question.draft)))

    def _rate(self) -> None:
        answered = self._session.answered
        assert answered is not None
        assert answered.proposal is not None
        enter = [""] if answered.proposal.rating else []
        key = self._typed.key(
            session_layout.key_question(answered), [*enter, *RATINGS, "s", "u", "?", "q"]
        )
        if key in COMMANDS and key not in RATINGS:
            self._obey(key)
        else:
            self._show(self._session.rate(RATINGS.get(key)))

    def _follow_up(self) -> None:
        follow_up = self._session.steps[-1].follow_up
        assert follow_up is not None
        text = self._typed.answer("", COMMANDS, lambda _: None)
        if text in COMMANDS and text != EDIT:
            self._obey(text)
        else:
            self._show(self._session.follow_up(self._edited(text, "")))
        if text == "s" and not self._as_json:
            render.show(session_layout.passed_over(follow_up))

    def _edited(self, text: str, draft: str) -> str:
        """Return the text, or what the editor leaves where its key was typed."""
        question = self._session.question
        assert question is not None
        if text != EDIT or isinstance(self._typed, Pipe):
            return text
        return edited(question.entry.question, draft)

    def _obey(self, command: str) -> None:
        session = self._session
        match command:
            case "q":
                raise Left
            case "s":
                session.skip()
            case "u":
                self._undo()
            case "?":
                assert session.question is not None
                entries = [(session.question.entry, None)]
                if self._as_json:
                    render.show_json(wire.entries_shown(entries, []))
                else:
                    render.show(layout.entries_shown(entries))

    def _undo(self) -> None:
        session = self._session
        if not session.undo():
            render.say("There is nothing to undo.")
            return
        assert session.question is not None
        self._shown = None if session.stage is Stage.RATING else self._shown
        if self._as_json:
            render.show_json(wire.undone(session.question, session.stage))
        else:
            render.say(f"Taken back: {session.question.entry.label}.")
        if session.stage is Stage.RATING and session.answered is not None:
            self._show(session.answered)

    def _show(self, event: Question | Answered | Step) -> None:
        if self._as_json:
            render.show_json(wire.practice(event))
        else:
            render.show(session_layout.event(event))
            if isinstance(event, Question) and isinstance(self._typed, Pipe):
                render.show(session_layout.draft(event.draft))
        render.flush()
