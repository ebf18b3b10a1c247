"""What was decided of a text: asked once, written down, told again."""

from hypothesis import given
from hypothesis import strategies as st

from services.kit.actions.event import Event
from services.kit.members import verdicts


def event(known: dict[str, object] | None) -> Event:
    return Event(type="post.created", id="1", source="s", time=0, arrived=0, verdicts=known)


def test_while_the_text_is_there_it_is_judged_each_time() -> None:
    answers = iter(["first", "second"])
    here = event(None)
    assert verdicts.decided(here, "q", lambda: next(answers)) == "first"
    assert verdicts.decided(here, "q", lambda: next(answers)) == "second"
    assert here.verdicts is None


def test_who_listens_hears_what_was_decided() -> None:
    listened = event({})
    assert verdicts.decided(listened, "q", lambda: ["commercial", True]) == ["commercial", True]
    assert listened.verdicts == {"q": ["commercial", True]}


def test_what_was_decided_is_told_again_and_nobody_judges() -> None:
    def judge() -> str:
        raise AssertionError("there is no text to judge")

    assert verdicts.decided(event({"q": "then"}), "q", judge) == "then"


def test_a_question_that_was_never_asked_is_judged_without_the_text() -> None:
    assert verdicts.decided(event({"other": 1}), "q", lambda: "now") == "now"


SAID = st.dictionaries(
    st.integers(0, 2**40),
    st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from([1, "x", ["ugc", True]])),
    max_size=30,
)


@given(SAID)
def test_what_goes_into_the_log_comes_out_of_it(said: dict[int, dict[str, object]]) -> None:
    found = [pair for part in verdicts.parts(said) for pair in verdicts.spread(part)]
    texts = {offset: verdicts._encode(answers).decode() for offset, answers in said.items()}
    assert dict(found) == texts
    assert len(found) == len(said)


def test_an_action_holds_a_bounded_number() -> None:
    many = {offset: {"q": offset % 2} for offset in range(verdicts.AT_ONCE + 1)}
    first, second = verdicts.parts(many)
    assert [len(each["at"]) for each in first] == [verdicts.AT_ONCE // 2] * 2
    assert second == [{"said": {"q": 0}, "at": [verdicts.AT_ONCE]}]
