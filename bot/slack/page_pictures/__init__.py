"""Shows the cited page of a PDF as a picture."""
