"""Write the binary sample documents (PDF, Office) from their sources. For developers; the demo does not need it."""
