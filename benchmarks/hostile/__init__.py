"""What strangers send: links and files as no page writes them, and what must hold of each."""
