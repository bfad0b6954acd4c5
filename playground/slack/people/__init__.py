"""What people do: writing, pressing buttons."""
