"""What every program here needs of its surroundings: settings, logs, metrics, tracing, translations, its end."""
