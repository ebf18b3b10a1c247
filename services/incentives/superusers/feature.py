"""Super users in the fold: what is paid, who responds to whom, who is in which programme."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from services.incentives.content.reach import subject_of
from services.incentives.outcome import Outcome
from services.incentives.points.book import Book
from services.incentives.policy.document import Incentives
from services.incentives.scene import Scene
from services.incentives.state import Member, Words
from services.incentives.superusers.definition import SuperUsers
from services.incentives.tenant import Tenant

NAME = "programmes"
PAID, REFUNDED = "order.paid", "order.refunded"
RESPONSES = {
    "reply.created": 1,
    "reaction.added": 1,
    "reaction.removed": -1,
    "question.answered": 1,
}
ENROLLED, LEFT, LEAVES = "programme.enrolled", "programme.left", "member.left"


class Orders:
    """Hears of what is paid and paid back."""

    def __init__(self, asked: SuperUsers) -> None:
        self.currency = asked.currency

    def types(self) -> tuple[str, ...]:
        return (PAID, REFUNDED)

    def hear(self, scene: Scene, tenant: Tenant, _book: Book, outcome: Outcome) -> None:
        data, event, payer = scene.data, scene.event, scene.doer
        paid = event.type == PAID
        if paid and (data.get("currency") != self.currency or not _regular(payer, event.time)):
            return
        token = payer.token if paid and payer is not None else None
        subject = subject_of(data["order"], "order")
        row = (tenant.key, event.offset, event.time, data.get("amount"), token, subject, paid)
        outcome.rows["purchase"].append(row)


class Responses:
    """Hears of who responds to whom."""

    def types(self) -> Iterator[str]:
        yield from RESPONSES

    def hear(self, scene: Scene, tenant: Tenant, _book: Book, outcome: Outcome) -> None:
        giver, author, event = scene.doer, scene.author, scene.event
        if giver is None or author is None or giver is author:
            return
        if _regular(giver, event.time) and _regular(author, event.time):
            row = (tenant.key, RESPONSES[event.type], event.offset, event.time)
            outcome.rows["response"].append((*row, author.token, giver.token))


class Programmes:
    """Hears of who is taken in and who leaves.

    Of a member is kept [how many changes there were, by programme since when the member is in it].
    """

    def __init__(self, asked: SuperUsers | None) -> None:
        self.programmes = asked.programmes if asked else {}

    def types(self) -> tuple[str, ...]:
        return (ENROLLED, LEFT, LEAVES)

    def hear(self, scene: Scene, tenant: Tenant, _book: Book, outcome: Outcome) -> None:
        member, data, type_ = scene.doer, scene.data, scene.event.type
        if member is None:
            return
        mine: dict[str, int] = member.slices.get(NAME, [0, {}])[1]
        if type_ == LEAVES:
            for name in list(mine):
                _change(member, name, None, "left", scene, tenant, outcome)
            return
        name = data["programme"]
        why_not = None
        if type_ == ENROLLED and name not in self.programmes:
            why_not = "the policy has no programme of this name"
        elif type_ == LEFT and name not in mine:
            why_not = "the member is not in it"
        if why_not is not None:
            told: dict[str, Any] = {"member": member.token, "programme": name, "because": why_not}
            _tell("programme.refused", told, scene, tenant, outcome)
        elif type_ == ENROLLED:
            _change(member, name, data.get("adviser"), None, scene, tenant, outcome)
        else:
            _change(member, name, None, data.get("reason") or "ended", scene, tenant, outcome)


def _regular(member: Member | None, at: int) -> bool:
    return member is not None and "regular" in member.roles_at(at)


def _change(
    member: Member,
    name: str,
    adviser: int | None,
    reason: str | None,
    scene: Scene,
    tenant: Tenant,
    outcome: Outcome,
) -> None:
    """The member is in the programme from now on, or out of it for a reason."""
    event, kept = scene.event, member.slices.setdefault(NAME, [0, {}])
    kept[0] += 1
    since = kept[1].setdefault(name, event.time)
    if reason is not None:
        del kept[1][name]
    tenant.touch(member)
    place = (tenant.key, kept[0], event.offset, event.time, member.token)
    outcome.rows["enrolment"].append((*place, adviser, since, reason is None, name))
    data: dict[str, Any] = {"member": member.token, "programme": name}
    if reason is None:
        _tell("programme.enrolled", {**data, "adviser": adviser}, scene, tenant, outcome)
    else:
        _tell("programme.left", {**data, "because": reason}, scene, tenant, outcome)


def _tell(type_: str, data: dict[str, Any], scene: Scene, tenant: Tenant, outcome: Outcome) -> None:
    event, of = scene.event, (data["programme"], data["member"])
    outcome.fact(tenant.key, type_, of, event.time, data, event)


class SuperUsersFeature:
    """The feature."""

    name = "superusers"
    tables = Path(__file__).with_name("schema.sql")
    columns: ClassVar = {
        "purchase": ("community", "offset", "at", "amount", "member", "subject", "paid"),
        "response": ("community", "step", "offset", "at", "author", "giver"),
        "enrolment": (
            "community", "n", "offset", "at", "member", "adviser", "since", "enrolled",
            "programme",
        ),
    }  # fmt: skip

    def bind(self, policy: Incentives, _words: Words) -> Iterator[Orders | Responses | Programmes]:
        asked = policy.super_users
        yield Programmes(asked)
        if asked is not None:
            yield Orders(asked)
            if asked.leaders is not None:
                yield Responses()


FEATURE = SuperUsersFeature()
