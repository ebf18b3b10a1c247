"""One kind of badge a file. A file defines `KIND`, a `Badge` with a literal `kind`."""
