"""The commands: one module each, with its options.

A module is imported when its command is called; it imports what does the work when the command runs.
"""
