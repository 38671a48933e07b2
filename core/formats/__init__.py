"""How numbers and dates are written, by language, where Django's own ways are not ours (FORMAT_MODULE_PATH)."""
