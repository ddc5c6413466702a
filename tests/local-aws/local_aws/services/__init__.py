"""The AWS services that the embedded emulator lacks, or answers more kindly than AWS.

Each module (or package) here exposes `install()`, which registers or corrects one thing after `ministack` has
been imported; those without one only hold what their neighbours share.
"""
