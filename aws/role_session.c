/* Keys of roles: one front (credentials.h) for each role and session name, a bounded number of them kept. */
#include "aws/aws_private.h"
#include "aws/invoke.h"
#include "aws/profile.h"
#include "aws/provider.h"
#include "aws/roles_private.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGEST_DIGITS 8

struct role_session {
    struct aws *a; /* borrowed */
    char *arn;
    char name[ROLE_NAME_MAX];
    struct credentials *keys;
    size_t refs; /* under roles.lock, as is `next` */
    struct role_session *next;
};

static const char allowed[] = "_+=,.@-"; /* and letters and digits */

void role_session_name(enum aws_access access, const char *subject, char *out)
{
    const char *who = subject ? subject : "";
    int n = snprintf(out, ROLE_NAME_MAX, "lakewarden-%c%s", access == AWS_WRITE ? 'w' : 'r', *who ? "-" : "");
    size_t len = (size_t)n, room = ROLE_NAME_MAX - 1 - len;
    bool whole = strlen(who) <= room;
    for (const char *p = who; *p && whole; p++)
        whole = text_is_word(*p, allowed);
    if (!whole)
        room -= DIGEST_DIGITS + 1;
    for (size_t i = 0; i < room && who[i]; i++)
        out[len++] = text_is_word(who[i], allowed) ? who[i] : '.';
    out[len] = '\0';
    if (whole)
        return;
    unsigned char digest[CRYPTO_SHA256_LEN];
    char hex[DIGEST_DIGITS + 1];
    crypto_sha256(who, strlen(who), digest);
    text_hex(digest, DIGEST_DIGITS / 2, hex);
    snprintf(out + len, ROLE_NAME_MAX - len, "-%s", hex);
}

static enum provider_result assume(const struct role_session *s, const char *region, struct stop *stop,
                                   struct aws_credentials *out, struct err *e)
{
    json_auto_t *input = json_object();
    json_put_str(input, "RoleArn", s->arn);
    json_put_str(input, "RoleSessionName", s->name);
    json_put_str(input, "ExternalId", s->a->roles->external_id);
    struct invoke_site site = {.aws = s->a, .region = region, .keys = s->a->credentials, .stop = stop};
    struct invoke_job job = {.op = &aws_sts_assume_role, .input = input};
    invoke_run(&site, &job, 1);
    json_auto_t *output = job.output;
    if (!output)
        err_set(e, job.fault.err.kind, "%s", job.fault.err.text);
    if (output && provider_read_sts(output, "AssumeRole", out, e) == 0)
        return PROVIDER_FOUND;
    err_wrap(e, "taking on %.120s", s->arn);
    return PROVIDER_FAILED;
}

/* The one row of a session's chain. STS is asked in the server's own region, wherever the call looks. */
static enum provider_result fetch(void *ctx, size_t row, struct stop *stop, struct aws_credentials *out, char *detail,
                                  struct err *e)
{
    (void)row;
    const struct role_session *s = ctx;
    const char *region = aws_region(s->a, e);
    enum provider_result r = region ? assume(s, region, stop, out, e) : PROVIDER_FAILED;
    if (r == PROVIDER_FOUND)
        snprintf(detail, PROVIDER_DETAIL_MAX, "%.120s as %s", s->arn, s->name);
    return r;
}

static int64_t version(void *ctx)
{
    struct role_session *s = ctx;
    return profiles_version(s->a->profiles);
}

static struct role_session *session_new(struct aws *a, const char *arn, const char *name)
{
    static const struct credential_provider row = {.name = "role"};
    struct role_session *s = xcalloc(1, sizeof *s);
    s->a = a;
    s->arn = xstrdup(arn);
    snprintf(s->name, sizeof s->name, "%s", name);
    s->keys = credentials_new(
        &(struct credential_chain){.rows = &row, .count = 1, .fetch = fetch, .version = version, .ctx = s});
    return s;
}

static void session_free(struct role_session *s)
{
    credentials_free(s->keys);
    free(s->arn);
    free(s);
}

/* With roles.lock held: takes the session out of the list, if it is there. */
static struct role_session *take_out(struct roles *r, const char *arn, const char *name)
{
    for (struct role_session **p = &r->sessions; *p; p = &(*p)->next) {
        struct role_session *s = *p;
        if (strcmp(s->name, name) == 0 && strcmp(s->arn, arn) == 0) {
            *p = s->next;
            return s;
        }
    }
    return NULL;
}

struct role_session *role_session_ref(struct aws *a, const char *arn, const char *name)
{
    struct roles *r = a->roles;
    pthread_mutex_lock(&r->lock);
    struct role_session *s = take_out(r, arn, name);
    if (!s) {
        s = session_new(a, arn, name);
        r->session_count++;
    }
    s->refs++;
    s->next = r->sessions;
    r->sessions = s;
    pthread_mutex_unlock(&r->lock);
    return s;
}

/* With roles.lock held: the unused session that was used longest ago, taken out; NULL when all are in use. */
static struct role_session *take_oldest(struct roles *r)
{
    struct role_session **oldest = NULL;
    for (struct role_session **p = &r->sessions; *p; p = &(*p)->next)
        if ((*p)->refs == 0)
            oldest = p;
    struct role_session *s = oldest ? *oldest : NULL;
    if (s) {
        *oldest = s->next;
        r->session_count--;
    }
    return s;
}

void role_session_unref(struct aws *a, struct role_session *s)
{
    struct roles *r = a->roles;
    if (!s)
        return;
    pthread_mutex_lock(&r->lock);
    s->refs--;
    struct role_session *surplus = r->session_count > ROLE_SESSIONS_KEPT ? take_oldest(r) : NULL;
    pthread_mutex_unlock(&r->lock);
    if (surplus)
        session_free(surplus);
}

struct credentials *role_session_keys(struct role_session *s)
{
    return s->keys;
}

size_t role_sessions_kept(struct aws *a)
{
    pthread_mutex_lock(&a->roles->lock);
    size_t n = a->roles->session_count;
    pthread_mutex_unlock(&a->roles->lock);
    return n;
}

void role_sessions_end(struct roles *r)
{
    while (r->sessions) {
        struct role_session *s = r->sessions;
        r->sessions = s->next;
        session_free(s);
    }
    free(r->own_key);
}
