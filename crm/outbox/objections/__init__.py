"""Why a mail must not leave now: every stop condition, asked at the claim and again at the gate."""
