"""What AWS fails at on the way of `invocation-logging`."""

from faulty.checks import *  # the tests are the same for every duty

DUTY = "invocation-logging"
