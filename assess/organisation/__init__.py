"""What administrators set for their organisation where the operator left it open, and which settings are in force."""
