"""The bodies of background work, the clock that asks for it, and the workers that do it."""
