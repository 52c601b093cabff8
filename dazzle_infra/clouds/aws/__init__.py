"""Amazon Web Services: settings of an environment, rules for values, schedule expressions."""
