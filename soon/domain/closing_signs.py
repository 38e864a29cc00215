"""Signs of why a customer leaves that need no asking. They stand beside what the customer said and what staff think."""

# An invoice of the order is overdue.
UNPAID = "unpaid"
# They were reminded to pay one.
REMINDED = "reminded"
# Nobody of theirs with an account has logged in for so long.
NO_LOG_IN = "no_log_in"
NO_LOG_IN_DAYS = 90

# What they pay a month became more within so many days before.
PRICE_ROSE = "price_rose"
PRICE_ROSE_DAYS = 60

SIGNS = (UNPAID, REMINDED, NO_LOG_IN, PRICE_ROSE)
