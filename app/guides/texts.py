"""What the help says of each screen."""
