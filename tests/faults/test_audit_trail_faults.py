"""What AWS fails at on the way of `audit-trail`."""

from faulty.checks import *  # the tests are the same for every duty

DUTY = "audit-trail"
