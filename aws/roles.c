#include "aws/roles.h"

#include "aws/aws_private.h"
#include "aws/invoke.h"
#include "aws/roles_private.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARN_MAX 2048 /* STS API, AssumeRole */

static bool is_account(const char *s)
{
    return strspn(s, "0123456789") == ROLE_ACCOUNT_LEN && s[ROLE_ACCOUNT_LEN] == ':';
}

/* "arn:aws:iam::123456789012:role/path/name", in any partition. */
static bool is_role(const char *arn)
{
    const char *iam = strstr(arn, ":iam::");
    if (strlen(arn) > ARN_MAX || !text_starts(arn, "arn:aws") || !iam || strcspn(arn + 4, ":") + 4 != (size_t)(iam - arn))
        return false;
    const char *account = iam + 6;
    if (!is_account(account) || !text_starts(account + ROLE_ACCOUNT_LEN, ":role/"))
        return false;
    const char *name = account + ROLE_ACCOUNT_LEN + 6;
    size_t n = text_word_span(name, "_+=,.@-/");
    return n > 0 && name[n] == '\0' && name[n - 1] != '/';
}

const char *role_account(const char *arn)
{
    return strstr(arn, ":iam::") + 6;
}

char *aws_role_account(const char *arn)
{
    return is_role(arn) ? xstrndup(role_account(arn), ROLE_ACCOUNT_LEN) : xstrdup("");
}

static bool is_of(const char *arn, const char *account)
{
    return strncmp(role_account(arn), account, ROLE_ACCOUNT_LEN) == 0;
}

static const char *find(const struct role_list *list, const char *account)
{
    for (size_t i = 0; i < list->count; i++)
        if (is_of(list->arns[i], account))
            return list->arns[i];
    return NULL;
}

static int read_list(struct role_list *list, const char *flag, const char *const *arns, size_t n, struct err *e)
{
    list->flag = flag;
    list->arns = xcalloc(n, sizeof *list->arns);
    for (size_t i = 0; i < n; i++) {
        if (!is_role(arns[i]))
            return err_set(e, ERR_CONFIG, "%s %.200s: must look like arn:aws:iam::123456789012:role/name", flag, arns[i]);
        if (find(list, role_account(arns[i])))
            return err_set(e, ERR_CONFIG, "%s %.200s: account %.12s has a role already, and it could not be told which to take",
                           flag, arns[i], role_account(arns[i]));
        list->arns[list->count++] = xstrdup(arns[i]);
    }
    return 0;
}

struct roles *roles_new(const struct aws_options *o, struct err *e)
{
    struct roles *r = xcalloc(1, sizeof *r);
    pthread_mutex_init(&r->lock, NULL);
    r->external_id = o->external_id ? xstrdup(o->external_id) : NULL;
    if (read_list(&r->of[AWS_READ], "--read-role-arn", o->read_roles, o->read_role_count, e) < 0 ||
        read_list(&r->of[AWS_WRITE], "--write-role-arn", o->write_roles, o->write_role_count, e) < 0) {
        roles_free(r);
        return NULL;
    }
    return r;
}

void roles_free(struct roles *r)
{
    if (!r)
        return;
    role_sessions_end(r);
    for (int access = AWS_READ; access <= AWS_WRITE; access++) {
        for (size_t i = 0; i < r->of[access].count; i++)
            free(r->of[access].arns[i]);
        free(r->of[access].arns);
    }
    free(r->external_id);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

/* Asks STS who we are without any role; the reply, a new object. */
static json_t *own_identity(struct aws *a, struct stop *stop, struct err *e)
{
    const char *region = aws_region(a, e);
    if (!region)
        return NULL;
    struct invoke_site site = {.aws = a, .region = region, .keys = a->credentials, .stop = stop};
    struct invoke_job job = {.op = &aws_sts_get_caller_identity};
    invoke_run(&site, &job, 1);
    if (!job.output)
        err_set(e, job.fault.err.kind, "%s", job.fault.err.text);
    return job.output;
}

char *aws_own_arn(struct aws *a, struct stop *stop, struct err *e)
{
    json_auto_t *who = own_identity(a, stop, e);
    return who ? xstrdup(json_str(who, "Arn", "")) : NULL;
}

/* The account of the keys we have without any role. Asked once for each key. */
static int own_account(struct aws *a, struct stop *stop, char *out, struct err *e)
{
    struct roles *r = a->roles;
    auto_credentials struct aws_credentials keys = {0};
    if (credentials_get(a->credentials, stop, &keys, e) < 0)
        return -1;
    pthread_mutex_lock(&r->lock);
    bool known = r->own_key && strcmp(r->own_key, keys.access_key_id) == 0;
    if (known)
        memcpy(out, r->own_account, sizeof r->own_account);
    pthread_mutex_unlock(&r->lock);
    if (known)
        return 0;
    json_auto_t *who = own_identity(a, stop, e);
    const char *account = json_str(who, "Account", "");
    if (who && strlen(account) != ROLE_ACCOUNT_LEN)
        err_set(e, ERR_UPSTREAM, "GetCallerIdentity answered without an account");
    if (strlen(account) != ROLE_ACCOUNT_LEN)
        return err_wrap(e, "which account this server's own keys are of");
    pthread_mutex_lock(&r->lock);
    free(r->own_key);
    r->own_key = xstrdup(keys.access_key_id);
    memcpy(r->own_account, account, sizeof r->own_account);
    memcpy(out, r->own_account, sizeof r->own_account);
    pthread_mutex_unlock(&r->lock);
    return 0;
}

/* "111122223333, 444455556666" */
static void accounts_of(const struct role_list *list, struct buf *out)
{
    for (size_t i = 0; i < list->count; i++)
        buf_addf(out, "%s%.12s", i ? ", " : "", role_account(list->arns[i]));
}

/* The account's role in the list. */
static int from_list(const struct role_list *list, const char *account, const char **arn, struct err *e)
{
    *arn = find(list, account);
    if (*arn)
        return 0;
    auto_buf struct buf accounts = BUF_INIT(256);
    accounts_of(list, &accounts);
    return err_set(e, ERR_INVALID, "account %.12s has no role among %s; those there are: %s. Name one of them, or start the "
                   "server with a role of this account, too", account, list->flag, buf_text(&accounts));
}

void aws_read_account(struct aws *a, const char *account, char *out)
{
    const struct role_list *reading = &a->roles->of[AWS_READ];
    const char *arn = !reading->count ? NULL : account ? find(reading, account) : reading->arns[0];
    snprintf(out, AWS_ACCOUNT_MAX, "%.12s", arn ? role_account(arn) : "");
}

/* As whoever we are: right unless another account was named. */
static int from_own(struct aws *a, const char *account, struct stop *stop, struct err *e)
{
    char own[ROLE_ACCOUNT_LEN + 1];
    if (!account)
        return 0;
    if (own_account(a, stop, own, e) < 0)
        return -1;
    if (strcmp(own, account) == 0)
        return 0;
    return err_set(e, ERR_INVALID, "account %.12s is not that of this server's keys, %s. Leave `account` out, or start the "
                   "server with --read-role-arn for a role in that account", account, own);
}

int aws_may_write(struct aws *a, const char *account, struct err *e)
{
    const struct role_list *reading = &a->roles->of[AWS_READ], *writing = &a->roles->of[AWS_WRITE];
    const char *arn;
    if (!writing->count && reading->count)
        return err_set(e, ERR_DENIED, "this server has roles for reading (--read-role-arn) and none for writing, so it changes "
                                      "nothing; start it with --write-role-arn to let it");
    /* What was looked at is what is changed: never an account that merely stands first in the other list. */
    if (!account && reading->count)
        account = role_account(reading->arns[0]);
    return writing->count && account ? from_list(writing, account, &arn, e) : 0;
}

static int choose_for_writing(struct aws *a, const char *account, struct stop *stop, const char **arn, struct err *e)
{
    const struct role_list *reading = &a->roles->of[AWS_READ], *writing = &a->roles->of[AWS_WRITE];
    char own[ROLE_ACCOUNT_LEN + 1];
    if (aws_may_write(a, account, e) < 0 || (!reading->count && from_own(a, account, stop, e) < 0))
        return -1;
    if (!writing->count)
        return 0;
    if (!account && reading->count)
        account = role_account(reading->arns[0]);
    if (!account && own_account(a, stop, own, e) < 0)
        return -1;
    return from_list(writing, account ? account : own, arn, e);
}

int roles_choose(struct aws *a, const struct aws_where *where, struct stop *stop, const char **arn, struct err *e)
{
    const struct role_list *reading = &a->roles->of[AWS_READ];
    *arn = NULL;
    if (where->access == AWS_WRITE)
        return choose_for_writing(a, where->account, stop, arn, e);
    if (!reading->count)
        return from_own(a, where->account, stop, e);
    return from_list(reading, where->account ? where->account : role_account(reading->arns[0]), arn, e);
}
