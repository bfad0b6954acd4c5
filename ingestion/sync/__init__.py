"""Makes the index equal the folder: one pass at a time, one document after another."""
