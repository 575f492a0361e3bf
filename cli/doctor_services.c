#include "cli/doctor_services.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/kafka/worker.h"

#include <string.h>

struct probe {
    const char *service;
    const struct aws_operation *op;
    const char *input;
    bool by_name;  /* asks for a thing that need not exist: that there is none proves that we were let in */
    bool optional; /* not every lake has it: being denied is worth a note */
};

static const struct probe probes[] = {
    {"glue", &aws_glue_get_job, "{\"JobName\":\"lakewarden-doctor\"}", true, false},
    {"logs", &aws_logs_describe_log_groups, "{\"limit\":1}", false, false},
    {"cloudwatch", &aws_cloudwatch_describe_alarms, "{\"MaxRecords\":1}", false, false},
    {"s3", &aws_s3_head_bucket, "{\"Bucket\":\"lakewarden-doctor-no-such-bucket\"}", true, false},
    {"athena", &aws_athena_list_query_executions, "{\"MaxResults\":1}", false, true},
    {"cloudtrail", &aws_cloudtrail_lookup_events, "{\"MaxResults\":1}", false, true},
    {"emr", &aws_emr_describe_cluster, "{\"ClusterId\":\"j-LAKEWARDENDOCTOR\"}", true, true},
    {"emr_serverless", &aws_emr_serverless_get_application, "{\"applicationId\":\"lakewardendoctor\"}", true, true},
    {"emr_containers", &aws_emr_containers_describe_virtual_cluster, "{\"id\":\"lakewardendoctor\"}", true, true},
    {"kafka", &aws_kafka_list_clusters_v2, "{\"MaxResults\":1}", false, true},
    {"lambda", &aws_lambda_list_event_source_mappings, "{\"MaxItems\":1}", false, true},
    {"mwaa", &aws_mwaa_get_environment, "{\"Name\":\"lakewarden-doctor\"}", true, true},
};

/* EMR calls an id it does not know invalid, where the others find nothing. */
static bool proves_entry(const struct probe *probe, const struct aws_fault *f)
{
    bool unknown = f->err.kind == ERR_NOT_FOUND || (f->err.kind == ERR_INVALID && f->status == 400);
    return probe->by_name && unknown;
}

static void check_service(struct doctor_report *r, struct program *p, const struct probe *probe, struct stop *stop)
{
    struct aws_fault f = {0};
    json_auto_t *input = json_parse(probe->input, strlen(probe->input), JSON_DEPTH_CLIENT, NULL);
    json_auto_t *output = NULL;
    struct aws_session *session = aws_session_new(p->aws, NULL, stop, &f.err);
    bool ok = session && (aws_invoke(session, probe->op, input, &output, &f) == 0 || proves_entry(probe, &f));
    char url[256];
    const char *origin = aws_endpoint_report(p->aws, probe->service, url);
    origin = origin ? origin : "no endpoint";
    auto_free char *seen = ok ? xasprintf("%s (%s)", url, origin) : xasprintf("%s: %s (%s)", url, f.err.text, origin);
    bool note = probe->optional && f.err.kind == ERR_DENIED;
    doctor_report_add(r, probe->service, ok ? FINDING_OK : note ? FINDING_NOTE : FINDING_BAD, seen,
                      ok                             ? NULL
                      : f.err.kind == ERR_DENIED      ? "allow this action in the IAM policy of the identity above"
                      : f.err.kind == ERR_UNAVAILABLE ? "check the network, the proxy variables and AWS_ENDPOINT_URL*"
                                                      : "see what the service said");
    aws_session_free(session);
}

void doctor_services(struct doctor_report *r, struct program *p, struct stop *stop)
{
    for (size_t i = 0; i < ARRAY_LEN(probes); i++)
        check_service(r, p, &probes[i], stop);
}

/* Brokers of Kafka are spoken to by a program of its own. */
static void check_kafka_worker(struct doctor_report *r, const struct settings *s)
{
    char path[4096];
    const char *named = settings_str(s, "kafka-worker");
    bool there = kafka_worker_present(named, path, sizeof path);
    const char *seen = !there ? "not there: brokers cannot be asked, and nothing can be replayed"
                       : named ? "at --kafka-worker"
                               : "beside this program";
    doctor_report_add(r, "kafka worker", there ? FINDING_OK : FINDING_NOTE, seen,
                      there ? NULL : "install lakewarden-kafka beside lakewarden, or set --kafka-worker");
}

static void check_servicenow(struct doctor_report *r, struct servicenow *now, struct stop *stop)
{
    const char *url = servicenow_options(now)->url;
    struct aws_fault f = {0};
    json_auto_t *rows = NULL;
    if (!servicenow_query(now, "incident", "sysparm_limit=1&sysparm_fields=sys_id", stop, &rows, &f)) {
        doctor_report_add(r, "servicenow", FINDING_OK, url, NULL);
        return;
    }
    auto_free char *seen = xasprintf("%s: %s", url, f.err.text);
    doctor_report_add(r, "servicenow", FINDING_BAD, seen,
                      f.err.kind == ERR_DENIED ? "give the integration user a role that reads and writes incidents (itil)"
                      : f.err.kind == ERR_UNAUTHENTICATED || f.err.kind == ERR_CONFIG
                          ? "put right credentials where --servicenow-secret or "
                            "--servicenow-credentials-file points"
                          : "check --servicenow-url, the network and the proxy variables");
}

void doctor_beside_aws(struct doctor_report *r, struct program *p, const struct settings *s, struct stop *stop)
{
    check_kafka_worker(r, s);
    if (p->tool_env.servicenow)
        check_servicenow(r, p->tool_env.servicenow, stop);
}
