"""Users and their sign-ins, as rows."""
