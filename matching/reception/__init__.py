"""The national checklists of a reception, as they come with the program."""
