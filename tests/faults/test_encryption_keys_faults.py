"""What AWS fails at on the way of `encryption-keys`."""

from faulty.checks import *  # the tests are the same for every duty

DUTY = "encryption-keys"
