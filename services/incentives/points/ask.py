"""What deciding hands on."""

from services.incentives.points.caps import BoundCap
from services.incentives.state import Member

Ask = tuple[Member, int, int, int, tuple[BoundCap, ...], bool, str]
"""What a rule asks for a member, before caps and floor: member, rule, account, amount, caps,
whether it is given once, and to which side. Plain, because one is made for nearly every event."""
