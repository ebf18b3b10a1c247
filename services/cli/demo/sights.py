"""What to look at, as commands that work when pasted."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from services.cli.demo.tale import COMMUNITY
from services.importers.target import Target

_PRETTY = " | python3 -m json.tool --no-ensure-ascii"


def get(target: Target, path: str, pretty: str = _PRETTY) -> str:
    """A GET of something of the community."""
    return f"curl -s {_key(target)} '{_of(target)}/{path}'{pretty}"


def post(target: Target, path: str, body: object) -> str:
    """A POST to the community, or to a path of its own where that begins with a slash."""
    address = target.address + path if path.startswith("/") else f"{_of(target)}/{path}"
    text = json.dumps(body, ensure_ascii=False)
    return f"curl -s {_key(target)} -H 'Content-Type: application/json' -d '{text}' '{address}'"


def life(target: Target, member: str) -> str:
    """What weeks of it came to."""
    return _listed(
        (f"a regular's points, level and badges ({member})", get(target, f"members/{member}")),
        ("where the points came from", get(target, f"members/{member}/ledger?limit=5")),
        ("who leads", get(target, "members?sort=points&limit=5")),
        ("members write less and less of it", get(target, "metrics/ugc_share?window=7d")),
        ("what the rules make of that: R2 fires", get(target, "rules")),
        ("the facts as they come", f"curl -N {_key(target)} '{_of(target)}/stream'"),
    )


def crisis(target: Target, incident: Mapping[str, Any]) -> str:
    """What can be done about the incident, step by step."""
    name = str(incident.get("id") or incident.get("incident"))
    steps: Sequence[Mapping[str, Any]] = incident.get("steps") or []
    deadlines = [f"  {step.get('name')} by {step.get('deadline')}" for step in steps]
    answers = [
        (f"complete {step.get('name')} by hand",
         post(target, f"incidents/{name}/steps/{step.get('name')}/complete", {"by": "me"}))
        for step in steps[:1]
    ]  # fmt: skip
    return "\n".join(deadlines) + "\n" + _listed(
        ("the incident", get(target, f"incidents/{name}")),
        ("take it up", post(target, f"incidents/{name}/acknowledge", {"by": "me"})),
        *answers,
        ("let the boss speak: the next step is proved by the log", post(*_the_boss(target, name))),
    )  # fmt: skip


def _the_boss(target: Target, incident: str) -> tuple[Target, str, object]:
    action = {
        "specversion": "1.0",
        "id": f"post/sorry-{incident}/created",
        "source": "https://tea.example/boss",
        "type": "post.created",
        "community": COMMUNITY,
        "space": "lobby",
        "member": "boss",
        "data": {"post": f"sorry-{incident}", "text": "非常抱歉，我们正在逐一处理，全部退款。"},
    }
    return target, "/v1/actions", [action]


def _listed(*sights: tuple[str, str]) -> str:
    return "\n".join(f"\n# {what}\n{command}" for what, command in sights)


def _of(target: Target) -> str:
    return f"{target.address}/v1/communities/{COMMUNITY}"


def _key(target: Target) -> str:
    return f"-H 'Authorization: Bearer {target.key}'"
