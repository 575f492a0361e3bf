#include "tools/logs/mention.h"

#include "base/own.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define WORD "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

char *mention_shaped(const char *line, const char *prefix, const char *charset, size_t least)
{
    for (const char *p = line; (p = strstr(p, prefix)); p++) {
        size_t n = strspn(p + strlen(prefix), charset);
        bool starts = p == line || !strchr(WORD "-", p[-1]);
        bool ends = !p[strlen(prefix) + n] || !strchr(WORD "-", p[strlen(prefix) + n]);
        if (starts && ends && n >= least && n <= MENTION_MAX)
            return xstrndup(p, strlen(prefix) + n);
    }
    return NULL;
}

char *mention_after(const char *line, const char *marker)
{
    const char *p = strstr(line, marker);
    if (!p)
        return NULL;
    p += strlen(marker);
    p += strspn(p, " :='\"[");
    size_t n = strcspn(p, " '\",;)]}\t");
    while (n && (p[n - 1] == '.' || p[n - 1] == ':'))
        n--;
    return n && n <= MENTION_MAX ? xstrndup(p, n) : NULL;
}

char *mention_after_any(const char *line, const char *const *markers, size_t n)
{
    char *word = NULL;
    for (size_t i = 0; i < n && !word; i++)
        word = mention_after(line, markers[i]);
    return word;
}

char *mention_glue_run(const char *line)
{
    return mention_shaped(line, "jr_", WORD, 4);
}

char *mention_glue_job(const char *line)
{
    static const char *const sure[] = {"Glue Job: ", "AWS Glue Job ", "Glue job: ", "job_name=",
                                       "JobName=",   "jobName=",      "'JobName'",  "\"JobName\""};
    static const char *const likely[] = {"Glue job", "glue job", "JobName", "jobName", "job_name"};
    char *name = mention_after_any(line, sure, ARRAY_LEN(sure));
    if (name || !strstr(line, "jr_"))
        return name;
    name = mention_after_any(line, likely, ARRAY_LEN(likely)); /* beside a run: "Glue job load, run jr_..." */
    if (name && (!strcmp(name, "run") || text_starts(name, "jr_")))
        free(steal(&name));
    return name;
}

char *mention_query(const char *line)
{
    bool told = strcasestr(line, "athena") || strcasestr(line, "query execution") || strcasestr(line, "query_execution") ||
                strcasestr(line, "QueryExecution");
    const char *uuid = told ? text_uuid_in(line) : NULL;
    return uuid ? xstrndup(uuid, TEXT_UUID_LEN) : NULL;
}
