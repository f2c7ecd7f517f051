"""The engine's codes and numbers in words, in the language in force."""
