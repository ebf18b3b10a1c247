"""The narrow name of a message: 64 bits of a hash of the post's id. Pure."""

from hashlib import blake2b


def key_of(post: str) -> int:
    """A signed 64-bit integer; ten million messages collide with a chance of one in 400,000."""
    return int.from_bytes(blake2b(post.encode(), digest_size=8).digest(), signed=True)
