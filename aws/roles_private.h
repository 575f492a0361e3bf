/* The inside of struct roles, for the two files that make it up. */
#ifndef LW_AWS_ROLES_PRIVATE_H
#define LW_AWS_ROLES_PRIVATE_H

#include "aws/roles.h"

#include <pthread.h>

struct role_list {
    const char *flag; /* static storage */
    char **arns;
    size_t count;
};

struct roles {
    struct role_list of[2]; /* by enum aws_access; fixed after roles_new */
    char *external_id;      /* --role-external-id, or NULL; fixed */
    pthread_mutex_t lock;   /* guards the rest; nothing is fetched and no other lock taken under it */
    char *own_key;          /* the access key id whose account was asked for, or NULL */
    char own_account[ROLE_ACCOUNT_LEN + 1];
    struct role_session *sessions; /* the one used last comes first */
    size_t session_count;
};

/* Frees all sessions; none may be in use. */
void role_sessions_end(struct roles *r);

#endif
