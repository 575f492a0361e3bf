/* The request that runs a query again: the same words, values, place and rules as the first time. */
#include "tools/athena/retry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/fingerprint.h"

#include <string.h>

static void copy(json_t *to, const json_t *from, const char *key)
{
    json_t *value = json_object_get(from, key);
    bool empty = json_is_array(value) && !json_array_size(value);
    if (value && !json_is_null(value) && !empty)
        json_put(to, key, json_incref(value));
}

/* The work group's own settings count where it enforces them or keeps the results itself; then a location must not be sent
   (Athena API, StartQueryExecution). */
static bool workgroup_decides(const json_t *workgroup)
{
    const json_t *config = json_obj(workgroup, "Configuration");
    return json_flag(config, "EnforceWorkGroupConfiguration", false) ||
           json_flag(json_obj(config, "ManagedQueryResultsConfiguration"), "Enabled", false);
}

char *athena_output_folder(const json_t *query, const json_t *workgroup)
{
    const char *location = json_str(json_obj(query, "ResultConfiguration"), "OutputLocation", "");
    if (workgroup_decides(workgroup) || !location[0])
        return NULL;
    /* Athena tells where the result is, "<folder>/<id>.csv" or "<folder>/tables/<id>", but takes the folder */
    const char *name = strstr(location, athena_id(query));
    const char *last = strrchr(location, '/');
    size_t n = name ? (size_t)(name - location) : last ? (size_t)(last - location) + 1 : strlen(location);
    if (!name && last && !strchr(last, '.'))
        n = strlen(location);
    auto_free char *folder = xstrndup(location, n);
    if (name && text_ends(folder, "/tables/"))
        folder[strlen(folder) - strlen("tables/")] = '\0';
    return xasprintf("%s%s", folder, text_ends(folder, "/") ? "" : "/");
}

static json_t *result_configuration(const json_t *query, const json_t *workgroup)
{
    auto_free char *folder = athena_output_folder(query, workgroup);
    if (!folder)
        return NULL;
    static const char *const kept[] = {"EncryptionConfiguration", "ExpectedBucketOwner", "AclConfiguration"};
    json_t *o = json_pack("{s:s}", "OutputLocation", folder);
    for (size_t i = 0; i < ARRAY_LEN(kept); i++)
        copy(o, json_obj(query, "ResultConfiguration"), kept[i]);
    return o;
}

/* One retry of one execution has one token: sent twice, by whomever, it is the same new execution (Athena API,
   StartQueryExecution, ClientRequestToken: 32 to 128 characters). */
static void put_token(struct athena_retry *r)
{
    json_auto_t *what =
        json_pack("{s:s, s:s}", "retry_of", athena_id(r->query), "region", aws_session_region(r->session));
    char token[FINGERPRINT_TEXT];
    fingerprint_json(what, token);
    json_put_str(r->request, "ClientRequestToken", token);
    envelope_put(&r->answer, "idempotency_key", json_string(token));
}

void athena_retry_build(struct athena_retry *r)
{
    r->request =
        json_pack("{s:s, s:s}", "QueryString", athena_sql(r->query), "WorkGroup", athena_workgroup(r->query));
    put_token(r);
    copy(r->request, r->query, "QueryExecutionContext");
    copy(r->request, r->query, "ExecutionParameters");
    copy(r->request, r->query, "ResultReuseConfiguration");
    json_put(r->request, "ResultConfiguration", result_configuration(r->query, r->view.workgroup));
    const char *then = json_str(json_obj(r->query, "EngineVersion"), "EffectiveEngineVersion", "");
    const char *now = json_str(json_obj(json_obj(r->view.workgroup, "Configuration"), "EngineVersion"),
                               "EffectiveEngineVersion", then);
    if (then[0] && strcmp(then, now))
        envelope_warn(&r->answer, "other_engine", "The first run used %s; the work group now uses %s", then,
                      now);
}
