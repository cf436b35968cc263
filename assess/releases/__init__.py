"""Result documents: the only door through which figures leave."""
