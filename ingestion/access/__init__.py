"""For whom each document is: rule files, folder names, and applying them to passages."""
