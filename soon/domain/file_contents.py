"""What a file that people bring may be of."""

SUBSCRIPTIONS = "subscriptions"
CUSTOMERS = "customers"
PRODUCTS = "products"
PLANS = "plans"
CONTENTS = (SUBSCRIPTIONS, CUSTOMERS, PRODUCTS, PLANS)
