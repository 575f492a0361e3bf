"""A small AWS account and Cognito pool on loopback, seeded with one bad night."""
import os

os.environ.setdefault("MOTO_DISABLE_GLOBAL_CORS", "true")  # moto reads it once, at its import
