"""From a file to elements with pages and headings, and from these to passages. A folder for each family of formats."""
