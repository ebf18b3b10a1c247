"""Whether a post opens a thread. Pure."""

from collections.abc import Mapping
from typing import Any

from services.alerts.policy.health import Threads
from services.kit.runtime.clock import MINUTE


def opens_thread(
    data: Mapping[str, Any], space: str | None, at: int, last: int | None, threads: Threads
) -> bool:
    """For a `post.created`; a reply never does.

    A thread id decides where there is one: the thread's own root opens it. In a chat a message
    opens a thread after silence since `last`, the time of the message before it in the space;
    one that comes late, before `last`, opens none. Elsewhere a post is a root post.
    """
    thread = data.get("thread")
    if thread is not None:
        return bool(thread == data["post"])
    if not threads.chats or not ("*" in threads.chats or (space or "") in threads.chats):
        return True
    return last is None or at - last >= threads.silence_minutes * MINUTE
