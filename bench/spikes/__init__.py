"""Years of complaints by the minute, and detectors that watch them."""
