"""Files that come from outside: each is read as what its name says, or refused in words."""
