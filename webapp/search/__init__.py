"""One search box over everything that the signed-in user may see."""
