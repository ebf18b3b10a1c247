"""What supervised processes said, to be waited for."""

import asyncio


class Heard:
    """What the parts said, to be waited for."""

    def __init__(self) -> None:
        self._lines: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    def say(self, name: str, line: str) -> None:
        self._lines.put_nowait((name, line))

    async def until(self, name: str, words: str) -> str:
        while True:
            said_by, line = await self._lines.get()
            if said_by == name and words in line:
                return line
