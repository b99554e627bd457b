"""Mail: what people were told, sent to them once each, with a link to look and decide. See docs/adr/0025."""
