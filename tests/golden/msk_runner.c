/* Makes brokers' tokens as it is told to: one case a line on stdin, one token a line on stdout. */
#include "aws/msk_token.h"
#include "base/json.h"
#include "base/own.h"

#include <stdio.h>

static int answer(struct signer *s, const json_t *test)
{
    struct aws_credentials keys = {.access_key_id = (char *)(uintptr_t)json_str(test, "key_id", NULL),
                                   .secret_access_key = (char *)(uintptr_t)json_str(test, "secret", NULL),
                                   .session_token = (char *)(uintptr_t)json_str(test, "token", NULL)};
    const struct msk_token_parts parts = {.credentials = &keys,
                                          .region = json_str(test, "region", NULL),
                                          .user_agent = json_str(test, "user_agent", NULL),
                                          .wall_ms = json_int(test, "wall_ms", 0)};
    auto_buf struct buf token = BUF_INIT(MSK_TOKEN_MAX);
    struct err e = {0};
    int failed = msk_token_make(s, &parts, &token, &e);
    puts(failed ? e.text : buf_text(&token));
    return failed;
}

int main(void)
{
    json_setup();
    struct signer *s = signer_new();
    auto_free char *line = NULL;
    size_t size = 0;
    ssize_t n;
    int rc = 0;
    while (rc == 0 && (n = getline(&line, &size, stdin)) > 0) {
        json_auto_t *test = json_parse(line, (size_t)n, JSON_DEPTH_CLIENT, NULL);
        rc = test ? -answer(s, test) : 1;
    }
    signer_free(s);
    return rc;
}
