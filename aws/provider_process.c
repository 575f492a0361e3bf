#include "aws/process.h"
#include "aws/provider.h"

#include "base/json.h"
#include "base/own.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OUTPUT_MAX ((size_t)64 * 1024)
#define TIMEOUT_MS (60 * 1000)

/* What it printed: JSON whose Version is 1 (AWS SDK reference guide, process credential provider). */
static int read_output(const struct buf *text, struct aws_credentials *out, struct err *e)
{
    struct err why = {0};
    json_auto_t *reply = json_parse(buf_text(text), text->len, JSON_DEPTH_UPSTREAM, &why);
    if (!json_is_object(reply))
        return err_set(e, ERR_UPSTREAM, "it printed something else than one JSON object");
    if (json_int(reply, "Version", 0) != 1)
        return err_set(e, ERR_UPSTREAM, "it printed another \"Version\" than 1");
    return provider_read_keys(reply, "SessionToken", out, e);
}

static int run(const struct provider_ask *ask, const char *line, struct aws_credentials *out, struct err *e)
{
    auto_free char **words = process_words(line, e);
    auto_buf struct buf text = BUF_INIT(OUTPUT_MAX);
    int rc = words ? process_run(words, TIMEOUT_MS, ask->stop, &text, e) : -1;
    if (rc == 0)
        rc = read_output(&text, out, e);
    if (text.data)
        OPENSSL_cleanse(text.data, text.cap);
    return rc;
}

enum provider_result provider_process(const struct provider_ask *ask, struct aws_credentials *out, char *detail,
                                      struct err *e)
{
    const char *line = profile_value(ask->set, ask->profile, "credential_process");
    if (!line)
        return PROVIDER_ABSENT;
    if (!ask->a->credential_process) {
        err_set(e, ERR_CONFIG,
                "profile %.60s has a credential_process, and this server runs other programs only with --credential-process",
                ask->profile);
        return PROVIDER_FAILED;
    }
    /* The command line may hold a secret, so no error shows it. */
    if (run(ask, line, out, e) < 0) {
        err_wrap(e, "the credential_process of profile %.60s", ask->profile);
        return PROVIDER_FAILED;
    }
    snprintf(detail, PROVIDER_DETAIL_MAX, "of profile %.60s", ask->profile);
    return PROVIDER_FOUND;
}
