"""Setting a contract up on screen: from a library file, an upload or from scratch, clause by clause, until both sides confirm."""
