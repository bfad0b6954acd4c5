"""What is in the folder, and what must be done about it: scan, disk events, plan."""
