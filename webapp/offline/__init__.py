"""Without a connection: the service worker, the page that it shows, and the manifest of the app on a phone's screen."""
