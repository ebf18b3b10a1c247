"""The child process that sets certificates: a request a line, answered by length and bytes.

A process, because a typesetter is given what strangers wrote: it may be ended at any time, has a
limit of memory, and knows no more than what it is sent.
"""

import json
import resource
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO, Literal

import typst

DESIGN = Path(__file__).with_name("design.typ")
FONTS = ("cvttf_NotoSansCJK_Bold", "cvttf_NotoSansCJK_Regular", "manimgx_fonts")
MEMORY = 3 << 30
"""Bytes of address space; the fonts are mapped into it."""
Format = Literal["svg", "pdf", "png"]


def fonts() -> list[str]:
    """The folders of the fonts, which are packages: of the system's none is used."""
    found = [find_spec(name) for name in FONTS]
    return [str(Path(spec.origin).parent) for spec in found if spec and spec.origin]


class Setter:
    """Sets certificates, one after another."""

    def __init__(self) -> None:
        self._fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=True, font_paths=fonts()
        )
        self._compiler = typst.Compiler(
            str(DESIGN), root=str(DESIGN.parent), font_paths=self._fonts, ignore_system_fonts=True
        )

    def families(self) -> list[str]:
        """The names of the fonts that there are."""
        return list(self._fonts.families())

    def set(self, said: dict[str, Any], format_: Format) -> bytes:
        """A certificate in a format. Raises typst.TypstError."""
        inputs = {"said": json.dumps(said)}
        made = self._compiler.compile(format=format_, ppi=96, sys_inputs=inputs)
        return (made[0] if isinstance(made, list) else made) or b""


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the other side is gone. No bytes: it could not be set."""
    setter = Setter()
    for line in requests:
        asked = json.loads(line)
        try:
            made = setter.set(asked["said"], asked["format"])
        except typst.TypstError as error:
            print(f"a certificate could not be set: {error}", file=sys.stderr)
            made = b""
        answers.write(len(made).to_bytes(8, "big") + made)
        answers.flush()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    serve(sys.stdin.buffer, sys.stdout.buffer)
