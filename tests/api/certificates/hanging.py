"""A worker that never answers."""

import sys

sys.stdin.buffer.read()
