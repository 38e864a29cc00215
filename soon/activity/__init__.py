"""The chatter: recording what happened and telling it again in the reader's language."""
