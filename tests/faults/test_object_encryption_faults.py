"""What AWS fails at on the way of `object-encryption`."""

from faulty.checks import *  # the tests are the same for every duty

DUTY = "object-encryption"
