"""The demonstration group: its people, its documents and half a year of its work, all made by the program's own operations."""
