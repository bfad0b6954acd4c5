"""Pure values that both processes share: documents, passages, audiences, reasons of failure, text. No I/O."""
