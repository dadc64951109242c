"""The linking page itself: what reading it brought, its brief, and looking closer at its site."""
