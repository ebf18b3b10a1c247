"""Where platforms post: their signature is the key, and everything else about them hostile."""

import hashlib
import hmac
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.ingest import platforms
from services.ingest.platforms.delivery import Answer, Delivery, Secrets, Translation, Verdict
from services.ingest.receive.metrics import DELIVERIES
from tests.ingest.conftest import OPERATOR, SECRET, World
from tests.ingest.platforms.examples import EXAMPLES

FORUM = "/v1/webhooks/tea/forum"
REPLY = next(e for e in EXAMPLES if e.name == "post_created_reply")


def signed(body: bytes, event: str = "post_created", kind: str = "post") -> dict[str, str]:
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return {
        "X-Discourse-Event": event,
        "X-Discourse-Event-Type": kind,
        "X-Discourse-Event-Signature": f"sha256={digest}",
    }


async def deliver(world: World, body: bytes, path: str = FORUM, **headers: str) -> httpx2.Response:
    return await world.client.post(path, content=body, headers=signed(body) | headers)


async def test_a_delivery_is_in_the_log_when_it_is_acknowledged(world: World) -> None:
    answer = await world.client.post(
        FORUM, content=REPLY.delivery.body, headers=dict(REPLY.delivery.headers)
    )
    assert (answer.status_code, answer.json()) == (200, {"accepted": 1})
    [event] = world.events()
    assert (event.type, event.source, event.id) == ("reply.created", "forum", "post/79563/created")


async def test_a_second_attempt_has_the_same_name_in_the_log(world: World) -> None:
    for attempt in ("1", "2"):
        await deliver(world, REPLY.delivery.body, **{"X-Discourse-Event-Id": attempt})
    first, second = world.events()
    assert (first.id, first.digest) == (second.id, second.digest)


async def test_deliveries_are_live_while_an_import_runs(
    world: World, action: Callable[..., dict[str, Any]]
) -> None:
    await world.send(action(type="import.started", member=None, data={}), key=OPERATOR)
    await deliver(world, REPLY.delivery.body)
    assert world.events()[-1].imported is None


async def test_an_event_we_do_not_translate_is_a_counted_200(world: World) -> None:
    counted = DELIVERIES.labels("discourse", "unknown")
    before = counted._value.get()
    body = b'{"chat":{}}'
    answer = await world.client.post(FORUM, content=body, headers=signed(body, "chat", "chat"))
    assert (answer.status_code, answer.json()) == (200, {"accepted": 0})
    assert counted._value.get() == before + 1
    assert world.events() == []


async def test_either_of_two_secrets_counts_and_a_dropped_one_does_not(world: World) -> None:
    for secrets, status in ([["new", SECRET], 200], [["new"], 401]):
        given = {"secrets": secrets}
        await world.context.registry.put_source(world.tea, "forum", "discourse", given)
        assert (await deliver(world, REPLY.delivery.body)).status_code == status


NOWHERE = [
    "tea/nowhere",
    "milk/forum",
    "t%00a/forum",
    "tea/f%00",
    "tea/%ED%A0%80",
    "a" * 9000 + "/b",
]


@pytest.mark.parametrize("path", [f"/v1/webhooks/{path}" for path in NOWHERE])
async def test_where_nothing_is_connected_the_401_says_what_to_do(world: World, path: str) -> None:
    answer = await deliver(world, b"{}", path)
    assert (answer.status_code, "PUT /v1/communities/" in answer.text) == (401, True)


@pytest.mark.parametrize("size", [2, 256 * 1024 + 1])
async def test_who_cannot_sign_learns_not_what_is_connected(world: World, size: int) -> None:
    headers = {"X-Discourse-Event-Signature": "sha256=0"}
    answers = [
        await world.client.post(f"/v1/webhooks/{path}", content=b"x" * size, headers=headers)
        for path in ("tea/forum", "tea/other", "milk/forum")
    ]
    told = {
        (each.status_code, each.text.replace("other", "forum").replace("milk", "tea"))
        for each in answers
    }
    assert [status for status, _ in told] == [401 if size == 2 else 413]


async def test_a_platform_that_is_not_installed_is_a_401(world: World) -> None:
    await world.context.registry.put_source(world.tea, "gone", "myspace", {"secrets": []})
    assert (await deliver(world, b"{}", "/v1/webhooks/tea/gone")).status_code == 401


HOSTILE = ["", "sha256=", "sha256=é", "sha1=0", "0" * 8000, "\xff\xfe", "sha256=" + "0" * 64]


@pytest.mark.parametrize("value", HOSTILE)
async def test_a_failed_check_is_401_whatever_the_header_holds(world: World, value: str) -> None:
    headers = [("X-Discourse-Event-Signature", value.encode("latin-1"))]
    answer = await world.client.post(FORUM, content=REPLY.delivery.body, headers=headers)
    doubled = await world.client.post(FORUM, content=REPLY.delivery.body, headers=headers * 2)
    assert (answer.status_code, doubled.status_code) == (401, 401)


async def test_a_right_signature_beside_another_is_a_401(world: World) -> None:
    right = signed(REPLY.delivery.body)["X-Discourse-Event-Signature"]
    for other in ("sha256=0", right):
        headers = [("X-Discourse-Event-Signature", value) for value in (other, right)]
        answer = await world.client.post(FORUM, content=REPLY.delivery.body, headers=headers)
        assert answer.status_code == 401


async def test_a_check_that_raises_is_a_401(world: World) -> None:
    def verify(_delivery: Delivery, _source: Secrets) -> Verdict:
        raise ValueError

    broken = world.context.platforms["discourse"]
    broken.verify = verify
    assert (await deliver(world, b"{}")).status_code == 401


async def test_too_large_a_delivery_is_a_413(world: World) -> None:
    assert (await deliver(world, b"x" * (256 * 1024 + 1))).status_code == 413


@pytest.mark.parametrize(
    "body", [b'{"post":NaN}', b'{"post":[]}', b"[]", b"", b"\xff", b'{"post":{}}']
)
async def test_a_signed_delivery_without_sense_is_a_422(world: World, body: bytes) -> None:
    assert (await deliver(world, body)).status_code == 422
    assert world.events() == []


async def test_an_absurd_value_in_a_signed_delivery_is_a_422_that_names_it(world: World) -> None:
    payload = json.loads(REPLY.delivery.body)
    payload["post"]["created_at"] = "yesterday"
    answer = await deliver(world, json.dumps(payload).encode())
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/0/time")


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=st.binary(max_size=60), signature=st.text(max_size=80), sign=st.booleans())
async def test_no_bytes_make_it_stumble(
    world: World, body: bytes, signature: str, sign: bool
) -> None:
    headers = signed(body) if sign else {}
    if not sign:
        headers["X-Discourse-Event-Signature"] = signature.encode("latin-1", "replace").decode(
            "latin-1"
        )
    raw = [(k, v.encode("latin-1")) for k, v in headers.items()]
    answer = await world.client.post(FORUM, content=body, headers=raw)
    assert answer.status_code in (401, 422)


async def test_a_platform_in_a_new_folder_works_end_to_end(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "teahouse").mkdir()
    (tmp_path / "teahouse" / "verify.py").write_text(
        "from services.ingest.platforms.delivery import Verdict\n"
        "def verify(delivery, source):\n    return Verdict.GENUINE\n"
    )
    (tmp_path / "teahouse" / "translate.py").write_text(
        "from services.ingest.platforms.delivery import Answer, Translation\n"
        "def translate(delivery, source):\n"
        "    if delivery.method == 'GET':\n"
        "        echo = delivery.query['echo'].encode()\n"
        "        return Translation('hello', answer=Answer(echo, 'text/plain'))\n"
        "    happened = {'type': 'member.checked_in', 'id': '1', 'member': 'm'}\n"
        "    return Translation('poured', (happened,), answer=Answer(b'ok', 'text/plain'))\n"
    )
    monkeypatch.setattr(platforms, "__path__", [*platforms.__path__, str(tmp_path)])
    found = platforms.discover([str(tmp_path)])
    await world.context.registry.put_source(world.tea, "house", "teahouse", {"secrets": []})
    served = world.served(platforms=found)
    hello = await served.client.get("/v1/webhooks/tea/house?echo=welcome")
    posted = await served.client.post("/v1/webhooks/tea/house", content=b"x")
    for name in [name for name in sys.modules if ".platforms.teahouse" in name]:
        del sys.modules[name]
    assert (hello.text, posted.text) == ("welcome", "ok")
    assert [event.type for event in world.events()] == ["member.checked_in"]


def test_an_answer_defaults_to_an_empty_200() -> None:
    assert Translation("x", answer=Answer()).answer == Answer(b"", "application/json", 200)
