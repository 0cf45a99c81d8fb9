"""`irmflow check`: what validation and diagnosis find, without training or publishing anything."""
