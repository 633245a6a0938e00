"""A frame becomes a chart, a table or a sentence, with its evidence; nothing here asks for more than the frame."""
