"""Draw the binary sample documents from their manuscripts. For developers only; the playground never imports it."""
