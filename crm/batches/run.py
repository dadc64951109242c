"""A test mail to oneself: the exact words of one recipient, sent to the mailbox that would send them."""


def send_test(batch_id: str, key: str, step_no: int) -> str:
    return ""
