"""The forms of volunteers: the four steps of signing up, the profile, the coordinator's."""
