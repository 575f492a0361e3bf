/* Going on through the raw log of a task, page by page, from its end. */
#include "tools/airflow/log_parts.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/airflow/streams.h"
#include "tools/coverage.h"
#include "tools/cursor.h"
#include "tools/logs/page.h"

#include <string.h>

void airflow_log_offer_walk(struct airflow_inquiry *q)
{
    const char *token = NULL;
    for (size_t i = 0; i < q->source_count && !token; i++)
        token = q->sources[i].found ? "" : NULL;
    if (!token)
        return;
    json_auto_t *position = json_pack("{s:s, s:s, s:i, s:i}", "r", q->run_id, "t", q->log_task, "m", q->log_map_index, "a",
                                      q->log_attempt);
    q->answer.cursor = cursor_make("get_mwaa_logs", q->call->arguments, position);
}

int airflow_log_walk(struct airflow_inquiry *q, const json_t *position, struct err *e)
{
    q->run_id = xstrdup(json_str(position, "r", ""));
    q->log_task = xstrdup(json_str(position, "t", ""));
    q->log_map_index = (int)json_int(position, "m", -1);
    q->log_attempt = (int)json_int(position, "a", 0);
    if (!q->dag_id || !q->run_id[0] || !q->log_task[0] || q->log_attempt < 1)
        return err_set(e, ERR_INVALID, "cursor: does not name the log of a task");
    if (!airflow_log_locate(q))
        return 0;
    auto_free char *prefix = stream_prefix(q->dag_id, q->run_id, q->log_task, q->log_map_index);
    airflow_log_add(q, stream_name(prefix, q->log_attempt));
    struct log_source *source = &q->sources[0];
    struct log_limits limits = airflow_log_limits(-1, -1);
    struct aws_fault f = {0};
    if (log_read_page(q->session, source, &limits, json_str(position, "k", NULL), (int)q->max_lines, &f)) {
        coverage_fault(source->coverage, &f);
        digest_line(&q->answer.digest, "Could not go on reading %s: %s", source->stream, f.err.text);
        return 0;
    }
    digest_line(&q->answer.digest, "Raw log of %s, older lines first:", source->stream);
    log_page_tell(source, &q->answer);
    if (!source->older) {
        digest_line(&q->answer.digest, "That is the beginning of the log.");
        return 0;
    }
    json_auto_t *next = json_pack("{s:s, s:s, s:i, s:i, s:s}", "r", q->run_id, "t", q->log_task, "m", q->log_map_index, "a",
                                  q->log_attempt, "k", source->older);
    q->answer.cursor = cursor_make("get_mwaa_logs", q->call->arguments, next);
    return 0;
}
