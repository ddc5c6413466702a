"""What AWS fails at on the way of `buckets`."""

from faulty.checks import *  # the tests are the same for every duty

DUTY = "buckets"
