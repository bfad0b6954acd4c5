"""Torture: a worker that is killed, starved and lied to at random must leave an index equal to a clean one."""
