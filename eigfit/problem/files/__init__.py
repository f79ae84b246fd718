"""Problems as files: JSON, with matrices inline or beside it."""
