"""E-mail: an outbox that survives restarts, and the server it is handed to.

What the outbox may know was decided by one question: could it help to guess who said what, or whether or when somebody
answered?

- A row holds what is needed to write the message at the moment of sending, never the message: the personal link is
  derived then from the key of the links, goes into the connection to the mail server, and is forgotten. No code is in
  the database, its journal, the outbox, a log, a subject or a name of a message (Message-ID is drawn at random).
- Reminders are queued from the invitations alone, which answering does not touch. So they go to everybody alike.
- A row has no time of being made, sent or read. Its one instant, `next_try_at`, is set from the opening of the survey
  or from the clock of the sender, is the same for everybody to begin with, and is gone once the server has taken the
  message. Nothing that a member does moves it.
- Messages leave in an order drawn anew each time. Sent in the order of the roster, slowly, they would suggest an order
  of answering, and the order in which sealed envelopes arrive can be read in the database while a survey is open.
- A server's answer is kept as its code alone: its text may quote the link it did not like.
- Rows about invitations and reminders are deleted when the survey closes or is aborted, in the transaction that is
  followed by rewriting the files. What stays is how many messages a round had (`MailRound`).
- Backups leave the outbox out: a row of it must not come to life again after the survey has closed.

The mail server and the archives behind it see every link; docs/anonymity.md says what that means.
"""
