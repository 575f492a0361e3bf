"""The bad night: what the account looks like the morning after."""
