"""Who we sell to: profile, contacts, addresses, segments, figures and the timeline."""
