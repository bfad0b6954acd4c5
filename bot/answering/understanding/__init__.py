"""Finds out what a message asks: several questions, a follow-up, or too little to answer."""
