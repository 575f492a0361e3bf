#include "aws/metadata.h"
#include "aws/provider.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "base/random.h"
#include "base/text.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char roles_path[] = "/latest/meta-data/iam/security-credentials/";

/* Where the service itself hands out keys that end soon or have ended, it could not get new ones: AWS takes such keys for
   longer than they say (botocore: ten minutes and two to ten more, so that not all machines ask again at once). */
static void extend(struct aws_credentials *keys)
{
    uint16_t dice;
    random_fill(&dice, sizeof dice);
    int64_t longer = 10 * 60 * 1000 + 120 * 1000 + dice % 480 * 1000;
    int64_t now = clock_wall_ms();
    if (keys->expires_wall_ms - now < longer)
        keys->expires_wall_ms = now + longer;
}

static int read_reply(const char *text, struct aws_credentials *out, struct err *e)
{
    json_auto_t *reply = json_parse(text, strlen(text), JSON_DEPTH_UPSTREAM, e);
    if (!reply)
        return -1;
    const char *code = json_str(reply, "Code", "Success");
    if (strcmp(code, "Success") != 0)
        return err_set(e, ERR_UPSTREAM, "answered with code %.60s", code);
    if (provider_read_keys(reply, "Token", out, e) < 0)
        return -1;
    if (out->expires_wall_ms != INT64_MAX)
        extend(out);
    return 0;
}

/* The keys of the role whose name is the first line of `roles`. */
static enum provider_result keys_of_role(const struct instance_visit *v, const char *roles, struct aws_credentials *out,
                                         char *detail, struct err *e)
{
    auto_buf struct buf path = BUF_INIT(1024);
    buf_adds(&path, roles_path);
    size_t n = strcspn(roles, "\r\n");
    if (n == 0 || text_percent_encode(roles, n, "", &path) < 0) {
        snprintf(detail, PROVIDER_DETAIL_MAX, "the instance has no role");
        return PROVIDER_ABSENT;
    }
    char *text = instance_ask(v, buf_text(&path), e);
    int rc = text ? read_reply(text, out, e) : -1;
    if (text)
        OPENSSL_cleanse(text, strlen(text));
    free(text);
    if (rc < 0) {
        err_wrap(e, "the metadata service, asked for the keys of role %.*s", n < 80 ? (int)n : 80, roles);
        return PROVIDER_FAILED;
    }
    snprintf(detail, PROVIDER_DETAIL_MAX, "role %.*s of this instance", n < 80 ? (int)n : 80, roles);
    return PROVIDER_FOUND;
}

enum provider_result provider_instance(const struct provider_ask *ask, struct aws_credentials *out, char *detail,
                                       struct err *e)
{
    struct err why = {0};
    auto_instance_visit struct instance_visit v;
    auto_free char *roles = NULL;
    if (instance_enter(&v, ask->a, ask->set, ask->stop, &why) == 0)
        roles = instance_ask(&v, roles_path, &why);
    if (roles)
        return keys_of_role(&v, roles, out, detail, e);
    if (why.kind == ERR_CONFIG || stop_check(ask->stop) != STOP_GO_ON) {
        err_set(e, why.kind, "%s", why.text);
        return PROVIDER_FAILED;
    }
    /* Most machines are no instances: that nobody answers is no error. */
    snprintf(detail, PROVIDER_DETAIL_MAX, "%.200s", why.text);
    return PROVIDER_ABSENT;
}
