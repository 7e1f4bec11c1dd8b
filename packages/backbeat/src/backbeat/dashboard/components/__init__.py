"""Parts of pages: one look, one way to act, one way to say that there is nothing."""
