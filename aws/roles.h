/* The roles this server takes on: which one a call is answered with, and its keys. */
#ifndef LW_AWS_ROLES_H
#define LW_AWS_ROLES_H

#include "aws/aws.h"
#include "aws/credentials.h"

struct roles;

/* Checks the lists of `o` (copied): an ARN of a role each, no account twice in one list. ERR_CONFIG names the flag. */
struct roles *roles_new(const struct aws_options *o, struct err *e);

/* No session of a role may be left. Accepts NULL. */
void roles_free(struct roles *r);

/* Chooses the role for a session. Without any role that is allowed for reading, reading is done as whoever we are, and so is
   writing where there is none for that either; then an account that is named must be our own. Otherwise the account's own role
   in the list of that access and no other; without a named account, reading takes the first role, and writing the one of the
   account that would be read. `*arn` (borrowed) is NULL for whoever we are. May ask STS who that is. Returns 0, or -1 with
   ERR_INVALID naming the accounts there are, ERR_DENIED where writing has no role, or what came of asking. */
int roles_choose(struct aws *a, const struct aws_where *where, struct stop *stop, const char **arn, struct err *e);

/* The 12 digits in a role's ARN; they end at the next ':'. Borrowed from it. */
const char *role_account(const char *arn);
#define ROLE_ACCOUNT_LEN 12

/* What CloudTrail will show: "lakewarden-r-" or "lakewarden-w-" and who asked, in the characters and the length STS allows
   ([\w+=,.@-]{2,64}). A name that does not fit as it stands is cut and cleaned, with eight digits of its SHA-256 behind it, so
   that two are never taken for one. `subject` may be NULL or "". `out` holds ROLE_NAME_MAX bytes. */
void role_session_name(enum aws_access access, const char *subject, char *out);
#define ROLE_NAME_MAX 65

/* Keys of one role under one session name, shared by all sessions that use them: fetched once, kept while used and, up to
   ROLE_SESSIONS_KEPT, for the next one. */
struct role_session;
#define ROLE_SESSIONS_KEPT 64

/* Counted; asks nobody yet. Any thread. */
struct role_session *role_session_ref(struct aws *a, const char *arn, const char *name);
void role_session_unref(struct aws *a, struct role_session *s);

/* Borrowed from the session. */
struct credentials *role_session_keys(struct role_session *s);

/* How many are kept; for tests. */
size_t role_sessions_kept(struct aws *a);

#endif
