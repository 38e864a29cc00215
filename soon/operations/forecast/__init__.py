"""What the forecast of a large company rests on."""
