"""Web PubSub: browsers keep a socket here, and our app answers and sends over HTTP."""
