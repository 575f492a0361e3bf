/* Asking the providers of a chain, one after the other. */
#include "aws/credentials_private.h"

#include "base/buf.h"
#include "base/clock.h"

#include <stdio.h>

static const char advice[] =
    "no AWS credentials found. Name a profile (--profile or AWS_PROFILE), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY "
    "where this program is started (Claude Desktop does not pass the shell's environment on: use \"env\" in its settings)";

static void describe_absence(const struct credential_chain *chain, const struct provider_words *said, struct err *e)
{
    auto_buf struct buf tried = BUF_INIT(sizeof e->text - sizeof advice);
    for (size_t i = 0; i < chain->count; i++)
        if (said[i].detail[0])
            buf_addf(&tried, "%s%s: %.90s", tried.len ? "; " : "", chain->rows[i].name, said[i].detail);
    err_set(e, ERR_UNAUTHENTICATED, "%s. Tried: %s", advice, buf_text(&tried));
}

/* Keys that are over when they come would be fetched again at once, without end. */
static enum provider_result check_end(const struct credential_chain *chain, struct aws_credentials *out, struct err *e)
{
    if (out->expires_wall_ms > chain->wall_ms())
        return PROVIDER_FOUND;
    char end[CLOCK_TEXT_MAX];
    clock_rfc3339(out->expires_wall_ms, end);
    credentials_done(out);
    err_set(e, ERR_UNAUTHENTICATED, "the keys it handed out ended at %s: renew them, or set this machine's clock", end);
    return PROVIDER_FAILED;
}

int credentials_ask(const struct credential_chain *chain, struct stop *stop, struct aws_credentials *out,
                    struct provider_words *all, size_t *asked, struct err *e)
{
    for (size_t i = 0; i < chain->count; i++) {
        struct provider_words *said = &all[i];
        *asked = i + 1;
        said->result = chain->fetch(chain->ctx, i, stop, out, said->detail, e);
        if (said->result == PROVIDER_FOUND)
            said->result = check_end(chain, out, e);
        if (said->result == PROVIDER_FOUND) {
            out->provider = chain->rows[i].name;
            out->outlasts = chain->rows[i].outlasts;
            return 0;
        }
        if (said->result == PROVIDER_FAILED) {
            if (e->kind == ERR_NOT_FOUND) /* keys that are not where they should be say nothing of what was asked for */
                e->kind = ERR_UNAUTHENTICATED;
            snprintf(said->detail, sizeof said->detail, "%.*s", PROVIDER_DETAIL_MAX - 1, e->text);
            return err_set(e, ERR_UNAUTHENTICATED, "credential provider %s failed", chain->rows[i].name);
        }
    }
    describe_absence(chain, all, e);
    return -1;
}
