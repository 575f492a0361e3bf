/* What stands behind aws/credentials.c, which asks once for all threads: the asking itself. */
#ifndef LW_AWS_CREDENTIALS_PRIVATE_H
#define LW_AWS_CREDENTIALS_PRIVATE_H

#include "aws/credentials.h"

/* What one provider had to say. */
struct provider_words {
    enum provider_result result;
    char detail[PROVIDER_DETAIL_MAX];
};

/* Asks until one has keys that are still good, or fails. `all` has a zeroed row for each provider; the first `*asked` are filled.
   Returns 0, or -1 with ERR_UNAUTHENTICATED and what was tried, or with the error of the provider that failed. */
int credentials_ask(const struct credential_chain *chain, struct stop *stop, struct aws_credentials *out,
                    struct provider_words *all, size_t *asked, struct err *e);

#endif
