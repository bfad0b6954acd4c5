"""Stand-ins for servers that the product calls. Each has tests of its own, with real clients."""
