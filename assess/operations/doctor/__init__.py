"""The doctor: looks at an installation, changes nothing, and says in whole sentences what is wrong and what to do."""
