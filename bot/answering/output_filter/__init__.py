"""What of the model's words may be shown: no foreign link, no mention, no thinking aloud."""
