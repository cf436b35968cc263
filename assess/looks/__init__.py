"""How an organisation shows itself in reports: a logo and one accent colour, checked hard, kept by their hash."""
