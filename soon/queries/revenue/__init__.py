"""Questions about monthly revenue, answered from the sums of its movements."""
