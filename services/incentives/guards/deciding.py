"""What becomes of a held entry: a reviewer's word, or the delay that has passed. Pure."""

from services.incentives.guards.holding import Held, kept, original_of
from services.incentives.outcome import Cause, Outcome
from services.incentives.points.reversal import Reversal
from services.incentives.scene import Scene
from services.incentives.state import Member
from services.incentives.tenant import Tenant

DECIDED = "pending.decided"


def decide(reversal: Reversal, scene: Scene, tenant: Tenant, outcome: Outcome) -> None:
    """A reviewer's word. Where the entry is decided or gone by now, a fact says: too late."""
    event, name = scene.event, scene.data.get("entry")
    passed = scene.data.get("passed") is True
    token = tenant.holders.get(name) if isinstance(name, str) else None
    member = None if token is None else tenant.members[token]
    held = [] if member is None else [each for each in kept(member) if each.name == name]
    if member is None or not held or held[0].away:
        data: dict[str, object] = {"entry": name, "passed": passed}
        outcome.fact(tenant.key, "pending.too_late", (str(name), 0), event.time, data, event)
        return
    settle(held[0], member, reversal, tenant, outcome, (event.time, event), passed=passed)


def settle(
    entry: Held, member: Member, reversal: Reversal, tenant: Tenant, outcome: Outcome,
    when: tuple[int, Cause], *, passed: bool,
) -> None:  # fmt: skip
    """Let an entry count from now on, or never; `when` is the time, and what decides it."""
    original = original_of(entry, member, tenant)
    if passed:
        reversal.release(original)
    else:
        reversal.refuse(original)
    if not entry.quiet:
        at, cause = when
        type_ = "pending.passed" if passed else "pending.refused"
        data: dict[str, object] = {"member": member.token, "entry": entry.name}
        outcome.fact(tenant.key, type_, (entry.name, member.token), at, data, cause)
