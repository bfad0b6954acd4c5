"""Measurements, run by hand; each prints one JSON line last. The product imports nothing of this."""
