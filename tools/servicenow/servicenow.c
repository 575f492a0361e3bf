#include "tools/servicenow/private.h"

#include "base/own.h"
#include "base/text.h"
#include "base/url.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *copy(const char *s)
{
    return s && *s ? xstrdup(s) : NULL;
}

/* Scheme, host and perhaps a port; nothing else may stand there, above all no user information. */
static int check_url(const char *url, struct err *e)
{
    struct url u;
    if (url_parse(url, &u, e))
        return err_wrap(e, "--servicenow-url");
    if (!u.secure && !url_host_is_loopback(u.host))
        return err_set(e, ERR_CONFIG, "--servicenow-url %s: http is for loopback only; a token would travel in the open", url);
    if (*u.rest && strcmp(u.rest, "/") != 0)
        return err_set(e, ERR_CONFIG, "--servicenow-url %s: scheme and host alone, as https://acme.service-now.com", url);
    return 0;
}

static struct servicenow_options copied(const struct servicenow_options *o)
{
    struct servicenow_options own = {
        .url = xstrndup(o->url, strlen(o->url) - (text_ends(o->url, "/") ? 1 : 0)),
        .secret = copy(o->secret),
        .credentials_file = copy(o->credentials_file),
        .close_code = copy(o->close_code),
        .escalation_group = copy(o->escalation_group),
        .rca_bucket = copy(o->rca_bucket),
        .rca_prefix = xstrdup(o->rca_prefix ? o->rca_prefix : ""),
    };
    return own;
}

struct servicenow *servicenow_new(const struct servicenow_options *o, struct http *http, struct aws *aws, struct err *e)
{
    if (check_url(o->url, e))
        return NULL;
    bool secret = o->secret && *o->secret, file = o->credentials_file && *o->credentials_file;
    if (secret == file) {
        err_set(e, ERR_CONFIG, "--servicenow-url needs credentials: either --servicenow-secret ID (Secrets Manager) or "
                               "--servicenow-credentials-file FILE");
        return NULL;
    }
    struct servicenow *s = xcalloc(1, sizeof *s);
    s->http = http;
    s->aws = aws;
    s->options = copied(o);
    pthread_mutex_init(&s->lock, NULL);
    return s;
}

void servicenow_free(struct servicenow *s)
{
    if (!s)
        return;
    const char *own[] = {s->options.url, s->options.secret, s->options.credentials_file, s->options.close_code,
                         s->options.escalation_group, s->options.rca_bucket, s->options.rca_prefix, s->authorization};
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        free((void *)(uintptr_t)own[i]);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

const struct servicenow_options *servicenow_options(const struct servicenow *s)
{
    return &s->options;
}

int servicenow_fault(struct aws_fault *f, enum err_kind kind, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    auto_free char *text = xvasprintf(fmt, ap);
    va_end(ap);
    *f = (struct aws_fault){0};
    snprintf(f->message, sizeof f->message, "%.380s", text);
    return err_set(&f->err, kind, "%s", text);
}
