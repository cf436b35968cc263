"""What whoever runs an installation needs: backup, restore, and a doctor that says what is wrong."""
