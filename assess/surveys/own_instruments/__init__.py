"""Questionnaires of the organisation's own: kept in its database, so that surveys are planned with them by name."""
