"""What a reader may see: cases, tasks, reports and operations, now or as of a time (KRN-43, KRN-50)."""
