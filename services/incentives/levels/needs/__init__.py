"""One kind of need a file: `NEED` is its model, told from the others by its first field."""
