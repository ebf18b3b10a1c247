"""A TCP proxy that loses answers: what a client sent arrives, and then the line goes dead."""

import asyncio
import contextlib


class TcpProxy:
    """Forwards connections to `port` of this host. Use it as an async context manager.

    `cut_answers` lets requests through, and breaks the connection where an answer would begin.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self.cut_answers = 0
        """How many more answers are lost."""
        self.lost = 0
        self.port = 0

    async def __aenter__(self) -> "TcpProxy":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for line in list(self._lines):
            line.close()
        if self._serving:
            await asyncio.wait(self._serving)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            back, forth = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.close()
            return
        self._lines |= {writer, forth}
        ways = {
            asyncio.create_task(self._pass(reader, forth, answers=False, other=writer)),
            asyncio.create_task(self._pass(back, writer, answers=True, other=forth)),
        }
        self._serving |= ways
        await asyncio.wait(ways)
        self._serving -= ways
        self._lines -= {writer, forth}

    async def _pass(
        self,
        source: asyncio.StreamReader,
        target: asyncio.StreamWriter,
        *,
        answers: bool,
        other: asyncio.StreamWriter,
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                if answers and self.cut_answers:
                    self.cut_answers -= 1
                    self.lost += 1
                    break
                target.write(data)
                await target.drain()
        for line in (target, other):
            line.close()
