"""Published problems with their sources, as the files that a problem of one's own is."""
