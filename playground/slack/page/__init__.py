"""The web page's routes and JSON."""
