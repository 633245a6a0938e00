"""What is left of the room that show takes the place of."""
