"""Decides who may know each document, and writes it to every passage.

`rules` reads folder names and rule files, `policy` decides the audiences, `apply` writes them.
"""
