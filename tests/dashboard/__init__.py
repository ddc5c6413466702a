"""The dashboard as people would see it, drawn from its JSON and from what CloudWatch knows."""
