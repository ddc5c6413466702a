"""What AWS fails at on the way of `storage-surfaces`."""

from faulty.checks import *  # the tests are the same for every duty

DUTY = "storage-surfaces"
