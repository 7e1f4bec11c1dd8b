"""The use cases of auctions: one atomic script or one transaction each, and what follows."""
