"""What is said: templates, the outbox, transports, webhooks."""
