"""Documents of every format that are made here, so that each of their words is known."""
