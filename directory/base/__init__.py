"""What every package stands on: settings, clock, databases, keys, leases, outbox, audit, errors, logs."""
