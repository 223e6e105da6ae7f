"""What accounts buy: the lines of orders, as other systems export them."""
