"""Which keywords a text has. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from services.incentives.keywords.definition import Keyword

_LATIN = "[a-z0-9]"


def matched(text: str, keywords: Mapping[str, Keyword]) -> Iterator[tuple[str, str]]:
    """The keywords that a text has, each with the word of the policy that was found first."""
    plain = _plain(text)
    for name, keyword in keywords.items():
        pattern, words = _compiled(keyword.words)
        if (found := pattern.search(plain)) is not None:
            yield name, words[found.group()]


@lru_cache(1024)
def _compiled(words: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    """One pattern of all words, and the word of the policy that each match is."""
    known = {_plain(word): word for word in reversed(words)}
    # The longest first, so that of two words that begin alike the whole one is found.
    return re.compile("|".join(map(_whole, sorted(known, key=len, reverse=True)))), known


def _whole(word: str) -> str:
    """`ai` is in `AI 用` and `用AI写`, and not in `train`: Chinese has no spaces to go by."""
    before = rf"(?<!{_LATIN})" if re.match(_LATIN, word) else ""
    after = rf"(?!{_LATIN})" if re.search(f"{_LATIN}$", word) else ""
    return f"{before}{re.escape(word)}{after}"


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
