"""Questions, and the answer that was accepted."""

from typing import ClassVar

from services.kit.actions.families import Data, Id, MemberId, Text, Title


class QuestionAsked(Data):
    """The member asked; where the question is a message too, `question` is that message's id."""

    type: ClassVar[str] = "question.asked"
    question: Id
    title: Title | None = None
    text: Text | None = None


class QuestionAnswered(Data):
    """A question got an answer; the envelope's member or `by` gave it."""

    type: ClassVar[str] = "question.answered"
    question: Id
    answer: Id | None = None
    by: MemberId | None = None
    automated: bool = False


class AnswerAccepted(Data):
    """The member who asked accepted an answer of `author`."""

    type: ClassVar[str] = "answer.accepted"
    question: Id
    answer: Id
    author: MemberId | None = None


class AnswerUnaccepted(Data):
    """The acceptance was taken back."""

    type: ClassVar[str] = "answer.unaccepted"
    question: Id
    answer: Id
    author: MemberId | None = None
