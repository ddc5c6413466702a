"""What AWS fails at on the way of `free-text`."""

from faulty.checks import *  # the tests are the same for every duty

DUTY = "free-text"
