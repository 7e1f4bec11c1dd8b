"""The commands, one a file: each asks the public face and shows what it says."""
