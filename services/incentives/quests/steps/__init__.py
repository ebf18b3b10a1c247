"""One kind of step a file: `KIND` is its model."""
