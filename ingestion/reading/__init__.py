"""Reading: one file to elements with pages and sections."""
