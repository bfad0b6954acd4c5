"""Reads what holds other documents: mails and archives."""
