"""The signed-in user: what he is, his password, light or dark, and on a phone the rest of the menu."""
