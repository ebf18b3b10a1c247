"""What a reader of a post sees: its HTML without the marks, so that lengths mean something."""

from html.parser import HTMLParser

LONGEST = 60_000
"""Characters kept of one text; the site itself allows 30,000 of Markdown."""
_BREAKS = frozenset({"p", "br", "li", "pre", "blockquote", "h1", "h2", "h3", "hr", "tr"})


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.parts.append("\n")
        elif tag == "a":
            self._link = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        # The address of a link is part of what was written: rules count links.
        if tag == "a" and self._link.startswith("http") and self.parts[-1:] != [self._link]:
            self.parts.append(f" ({self._link})")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def plain(html: str) -> str:
    """The text of a post's body, links in brackets after their words."""
    parser = _Plain()
    parser.feed(html)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.parts).split("\n"))
    return cut("\n".join(line for line in lines if line))


def cut(text: str) -> str:
    """At most what an action may hold, without characters that JSON or a database refuse."""
    clean = "".join(c for c in text if c != "\x00" and not "\ud800" <= c <= "\udfff")
    return clean[:LONGEST]
