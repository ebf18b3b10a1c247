"""Signed outgoing webhooks after Standard Webhooks: at least once, one id over all attempts."""
