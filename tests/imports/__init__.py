"""Moving in: files as other programs write them, what is made of them, and what nobody may break with them."""
