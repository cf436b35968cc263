"""The audit log of the administrative side: who did what, append-only and chained; never a word about answering."""
