"""HTML as its reader sees it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.importers.stackexchange.text import LONGEST, cut, plain


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a  b</p>\n\n<p>c</p>", "a b\nc"),
        ("x<br/>y", "x\ny"),
        ("1 &lt; 2 &amp;&#x4f60;", "1 < 2 &你"),
        ('<a href="https://a.example/">a</a>', "a (https://a.example/)"),
        ('<a href="https://a.example/">https://a.example/</a>', "https://a.example/"),
        ('<a href="/q/1">a</a>', "a"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("<b>unclosed", "unclosed"),
        ("", ""),
    ],
)
def test_marks_go_and_words_stay(html: str, text: str) -> None:
    assert plain(html) == text


@given(st.text())
def test_any_text_is_taken(html: str) -> None:
    plain(html).encode()


def test_what_a_server_refuses_is_left_out() -> None:
    assert cut("a\x00b\ud800c") == "abc"
    assert len(cut("x" * 100_000)) == LONGEST
