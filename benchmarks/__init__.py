"""Speed and quality of the matching engine, measured against what one would otherwise write or pick."""
