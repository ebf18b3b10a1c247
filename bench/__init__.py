"""Runnable comparisons: each prints a figure against a peer or a limit of the same run."""
