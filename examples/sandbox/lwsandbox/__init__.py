"""A small AWS account and Cognito pool on loopback, seeded with one bad night."""
