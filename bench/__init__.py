"""Measurements, run by hand; each prints one JSON line last. Imported by nothing."""
