"""REST of auctions: thin, over the actions. Amounts are text such as "7500.00"."""
