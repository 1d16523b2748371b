"""Decides *which* template a request means, and reads its answers. The only package that talks to a model."""
