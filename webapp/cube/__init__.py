"""The cube: cuts of visits, accounts, sales and check-ins as table, map and chart."""
