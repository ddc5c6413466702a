"""A local AWS for Phiward: the pinned emulator `ministack`, embedded and corrected where it is kinder than AWS."""
