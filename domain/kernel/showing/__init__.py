"""What is read off a case and its events, by whom, and in which words (KRN-43). Nothing here decides."""
