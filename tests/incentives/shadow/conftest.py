"""The place that a preview stands on serves a shadow as well."""

from tests.incentives.preview.conftest import place

__all__ = ["place"]
