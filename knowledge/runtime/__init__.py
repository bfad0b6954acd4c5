"""What both processes need to run: settings, logs without secrets, heartbeat files and proxies."""
