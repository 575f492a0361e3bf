/* One tool call's view of AWS. */
#include "aws/aws_private.h"
#include "aws/endpoint.h"
#include "aws/fault.h"
#include "aws/invoke.h"
#include "aws/operation.h"
#include "aws/roles.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/own.h"

#include <stdio.h>
#include <stdlib.h>

struct aws_session {
    struct aws *aws;   /* borrowed */
    struct stop *stop; /* borrowed, may be NULL */
    enum aws_access access;
    struct role_session *roles[2]; /* by access: that of AWS_WRITE only in a session that writes; NULL: whoever we are */
    char region[REGION_MAX];
    char account[ROLE_ACCOUNT_LEN + 1]; /* the role's; "" without one */
    json_t *requests;
};

/* Takes on the role for one access, if there is one for it. */
static int take_role(struct aws_session *s, const struct aws_where *at, enum aws_access access, struct err *e)
{
    struct aws_where where = *at;
    const char *arn = NULL;
    where.access = access;
    if (roles_choose(s->aws, &where, s->stop, &arn, e) < 0)
        return -1;
    if (arn) {
        char name[ROLE_NAME_MAX];
        role_session_name(access, at->subject, name);
        s->roles[access] = role_session_ref(s->aws, arn, name);
        snprintf(s->account, sizeof s->account, "%s", role_account(arn));
    }
    return 0;
}

struct aws_session *aws_session_new(struct aws *a, const struct aws_where *where, struct stop *stop, struct err *e)
{
    static const struct aws_where home = {0};
    const struct aws_where *at = where ? where : &home;
    crypto_ready(); /* it will sign, beside other sessions */
    const char *region = aws_region_for(a, at->region, e);
    if (!region)
        return NULL;
    struct aws_session *s = xcalloc(1, sizeof *s);
    s->aws = a;
    s->stop = stop;
    s->access = at->access;
    snprintf(s->region, sizeof s->region, "%s", region);
    s->requests = json_array();
    if ((at->access == AWS_WRITE && take_role(s, at, AWS_WRITE, e)) || take_role(s, at, AWS_READ, e)) {
        aws_session_free(s);
        return NULL;
    }
    return s;
}

void aws_session_free(struct aws_session *s)
{
    if (!s)
        return;
    role_session_unref(s->aws, s->roles[AWS_READ]);
    role_session_unref(s->aws, s->roles[AWS_WRITE]);
    json_decref(s->requests);
    free(s);
}

const char *aws_session_region(const struct aws_session *s)
{
    return s->region;
}

static struct credentials *keys_of(const struct aws_session *s, enum aws_access access)
{
    return s->roles[access] ? role_session_keys(s->roles[access]) : s->aws->credentials;
}

int aws_session_keys(const struct aws_session *s, struct aws_credentials *out, struct err *e)
{
    return credentials_get(keys_of(s, s->access), s->stop, out, e);
}

struct signer *aws_session_signer(const struct aws_session *s)
{
    return s->aws->signer;
}

json_t *aws_session_requests(const struct aws_session *s)
{
    return json_deep_copy(s->requests);
}

/* A session that writes looks at what came of it as the role that looks: the other one is not allowed to. */
static struct invoke_site site_of(const struct aws_session *s, const struct aws_operation *op)
{
    enum aws_access access = aws_operation_granted(op, s->access) ? s->access : AWS_READ;
    return (struct invoke_site){.aws = s->aws,
                                .region = s->region,
                                .account = s->account,
                                .keys = keys_of(s, access),
                                .stop = s->stop,
                                .log = s->requests,
                                .access = access};
}

/* Hands a finished job to its caller. */
static int job_result(struct invoke_job *job, json_t **output, struct aws_fault *f)
{
    if (!job->output) {
        *f = job->fault;
        return -1;
    }
    *output = job->output;
    return 0;
}

int aws_invoke(struct aws_session *s, const struct aws_operation *op, const json_t *input, json_t **output,
               struct aws_fault *f)
{
    struct invoke_site site = site_of(s, op);
    struct invoke_job job = {.op = op, .input = input};
    invoke_run(&site, &job, 1);
    return job_result(&job, output, f);
}

int aws_invoke_blob(struct aws_session *s, const struct aws_operation *op, const json_t *input, size_t max,
                    json_t **output, struct buf *body, struct aws_fault *f)
{
    struct invoke_site site = site_of(s, op);
    struct invoke_job job = {.op = op, .input = input, .reply_max = max, .body = body};
    invoke_run(&site, &job, 1);
    return job_result(&job, output, f);
}

void aws_invoke_all(struct aws_session *s, struct aws_item *items, size_t n)
{
    if (!n)
        return;
    struct invoke_site site = site_of(s, items[0].op);
    auto_free struct invoke_job *jobs = xcalloc(n, sizeof *jobs);
    for (size_t i = 0; i < n; i++)
        jobs[i] = (struct invoke_job){.op = items[i].op, .input = items[i].input};
    invoke_run(&site, jobs, n);
    for (size_t i = 0; i < n; i++) {
        items[i].output = jobs[i].output;
        if (jobs[i].output)
            items[i].fault = (struct aws_fault){0};
        else
            items[i].fault = jobs[i].fault;
    }
}
