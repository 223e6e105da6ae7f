"""Files of accounts: read in any encoding and layout, understood, cleaned, matched with what is there, written out."""
