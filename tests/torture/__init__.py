"""Kills and disturbs workers at random; the index must then equal one that a single undisturbed pass builds."""
