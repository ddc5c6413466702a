"""What AWS fails at on the way of `retention`."""

from faulty.checks import *  # the tests are the same for every duty

DUTY = "retention"
