#include "tools/glue/streams.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/glue/run.h"

#include <stdlib.h>
#include <string.h>

/* Takes both strings over; drops what is there already. */
static void add(struct glue_streams *s, enum glue_stream_role role, char *group, char *stream)
{
    bool known = s->count == GLUE_STREAMS_MAX;
    for (size_t i = 0; i < s->count && !known; i++)
        known = !strcmp(s->items[i].group, group) && !strcmp(s->items[i].stream, stream);
    if (known) {
        free(group);
        free(stream);
        return;
    }
    s->items[s->count++] = (struct glue_stream){role, group, stream};
}

/* "arn:aws:iam::1:role/team/etl" or "etl" -> "etl". */
static const char *role_name(const char *role)
{
    const char *slash = strrchr(role, '/');
    return slash ? slash + 1 : role;
}

/* The common part of the error and output groups, without a slash at its end. */
static char *group_root(const json_t *job, const json_t *run)
{
    const char *named = glue_argument(job, run, "--custom-logGroup-prefix");
    if (!named)
        named = json_str(run, "LogGroupName", NULL);
    if (named && named[0]) {
        size_t n = strlen(named);
        while (n > 1 && named[n - 1] == '/')
            n--;
        return xstrndup(named, n);
    }
    const char *security = json_str(run, "SecurityConfiguration", json_str(job, "SecurityConfiguration", NULL));
    const char *role = json_str(job, "Role", NULL);
    if (security && security[0] && role)
        return xasprintf("/aws-glue/jobs-%s-%s", role_name(role), security);
    const char *command = json_str(json_obj(job, "Command"), "Name", "glueetl");
    return xstrdup(!strcmp(command, "pythonshell") ? "/aws-glue/python-jobs" : "/aws-glue/jobs");
}

/* From Glue 5.0 on Spark's own lines are in the error group, also under "<run>-driver". */
static bool is_glue_5(const json_t *job, const json_t *run)
{
    const char *version = json_str(run, "GlueVersion", json_str(job, "GlueVersion", "0"));
    return strspn(version, "0123456789") > 1 || version[0] >= '5';
}

static void add_root(struct glue_streams *s, const char *root, const char *stream, bool driver_too)
{
    add(s, GLUE_DRIVER, xasprintf("%s/error", root), xstrdup(stream));
    if (driver_too)
        add(s, GLUE_DRIVER, xasprintf("%s/error", root), xasprintf("%s-driver", stream));
    add(s, GLUE_OUTPUT, xasprintf("%s/output", root), xstrdup(stream));
}

void glue_streams_of(const json_t *job, const json_t *run, struct glue_streams *out)
{
    *out = (struct glue_streams){0};
    const char *id = glue_run_id(run);
    const char *command = json_str(json_obj(job, "Command"), "Name", "glueetl");
    const char *prefix = glue_argument(job, run, "--custom-logStream-prefix");
    const char *continuous = glue_argument(job, run, "--continuous-log-logStreamPrefix");
    const char *group = glue_argument(job, run, "--continuous-log-logGroup");
    const char *security = json_str(run, "SecurityConfiguration", json_str(job, "SecurityConfiguration", ""));
    out->base = xstrdup(prefix ? prefix : id);
    out->continuous = xstrdup(continuous ? continuous : id);
    out->continuous_group = xstrdup(group ? group : "/aws-glue/jobs/logs-v2");

    auto_free char *root = group_root(job, run);
    add_root(out, root, out->base, is_glue_5(job, run));
    if (prefix)
        add_root(out, root, id, false);
    if (strcmp(command, "pythonshell")) {
        add(out, GLUE_DRIVER, xstrdup(out->continuous_group), xasprintf("%s-driver", out->continuous));
        if (!group && security[0])
            add(out, GLUE_DRIVER, xasprintf("/aws-glue/jobs/logs-v2-%s", security), xasprintf("%s-driver", out->continuous));
        add_root(out, "/aws-glue/jobs", id, false);
    }
}

void glue_streams_done(struct glue_streams *s)
{
    for (size_t i = 0; i < s->count; i++) {
        free(s->items[i].group);
        free(s->items[i].stream);
    }
    free(s->base);
    free(s->continuous);
    free(s->continuous_group);
    *s = (struct glue_streams){0};
}
