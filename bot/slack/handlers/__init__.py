"""One file for each thing that people press or type."""
