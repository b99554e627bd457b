"""What a mail leads to: the page on which one decides, and on the embedded stack the mails that were caught."""
