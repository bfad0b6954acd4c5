"""Runs the image and docker-compose.yml on a real engine. `make image-test`."""
