"""Files of orders: sent, looked at, imported, undone."""
