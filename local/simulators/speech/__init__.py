"""Speech: tokens, recognition and synthesis, over the same sockets as the service's own clients use."""
