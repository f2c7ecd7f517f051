"""The pages behind the links in messages: no account, one purpose each, made for old phones and tired people."""
