"""What a process needs to run: settings, logging, redaction, heartbeat, proxies."""
