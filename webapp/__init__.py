"""The web app: a Flask app factory (`webapp.app`), a blueprint folder per noun, templates and static files."""
