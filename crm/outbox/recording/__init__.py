"""What a conversation with a server leaves behind: state, attempt, event, the next touch, a resting mailbox."""
