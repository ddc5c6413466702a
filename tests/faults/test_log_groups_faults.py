"""What AWS fails at on the way of `log-groups`."""

from faulty.checks import *  # the tests are the same for every duty

DUTY = "log-groups"
