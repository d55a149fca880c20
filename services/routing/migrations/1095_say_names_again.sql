-- Names of units are kept by those who hear them only since now: what was told before is told once more.

UPDATE unit SET described = NULL WHERE described IS NOT NULL;
