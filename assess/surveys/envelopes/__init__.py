"""The double envelope: keys, links, sealing, storage, closing, opening."""
