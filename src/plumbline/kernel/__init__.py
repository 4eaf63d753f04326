"""The lowest floor: user, clock, working days, audit, evidence, actor, messages, search, jobs, ids."""
