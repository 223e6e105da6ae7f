"""Areas: the street data that GCRM works on."""
