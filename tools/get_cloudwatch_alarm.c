/* The tool get_cloudwatch_alarm: which alarm is on, since when, and what does it watch? */
#include "tools/alarm/inquiry.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "tools/begin.h"
#include "tools/cursor.h"
#include "tools/failure.h"
#include "tools/get_cloudwatch_alarm.json.h"

#include <stdlib.h>
#include <string.h>

static void inquiry_done(struct alarm_inquiry *q)
{
    for (size_t i = 0; i < q->detail_count; i++) {
        struct alarm_detail *d = &q->details[i];
        json_decref(d->history);
        json_decref(d->contributors);
        for (int span = 0; span < ALARM_SPANS; span++)
            json_decref(d->series[span]);
        free(d->history_next);
    }
    json_decref(q->alarms);
    json_decref(q->children);
    envelope_done(&q->answer);
    aws_session_free(q->session);
}

static int read_time(const json_t *arguments, const char *name, int64_t *out, struct err *e)
{
    const char *text = json_str(arguments, name, NULL);
    *out = -1;
    if (text && (clock_parse(text, out) || *out < 0))
        return err_set(e, ERR_INVALID, "%s: \"%s\" is not a time as 2026-11-21T02:00:00Z or a date", name, text);
    return 0;
}

/* What the document cannot say because it is flat. */
static int check_arguments(struct alarm_inquiry *q, struct err *e)
{
    const json_t *a = q->call->arguments;
    q->name = json_str(a, "alarm_name", NULL);
    q->prefix = json_str(a, "alarm_prefix", NULL);
    q->limit = (int)json_int(a, "limit", 25);
    if (!q->name == !q->prefix)
        return err_set(e, ERR_INVALID, "Give either alarm_name or alarm_prefix, %s.",
                       q->name ? "not both" : "one of the two");
    if (q->name && json_str(a, "state", NULL))
        return err_set(e, ERR_INVALID, "state: goes with alarm_prefix only");
    if (read_time(a, "from", &q->from_ms, e) || read_time(a, "to", &q->to_ms, e))
        return -1;
    if (q->from_ms >= q->now_ms)
        return err_set(e, ERR_INVALID, "from: must be in the past");
    int64_t to = q->to_ms >= 0 && q->to_ms < q->now_ms ? q->to_ms : q->now_ms;
    if (q->to_ms >= 0 && q->from_ms < 0)
        return err_set(e, ERR_INVALID, "to: needs from as well");
    if (q->from_ms >= 0 && to <= q->from_ms)
        return err_set(e, ERR_INVALID, "to: must be later than from");
    if (q->from_ms >= 0)
        q->to_ms = to;
    return 0;
}

static int inquire(struct alarm_inquiry *q, struct tool_answer *out, struct err *e)
{
    json_auto_t *position = NULL;
    if (check_arguments(q, e))
        return failure_err(out, e);
    position = cursor_read("get_cloudwatch_alarm", q->call->arguments, e);
    if (!position && e->kind)
        return failure_err(out, e);
    if (alarm_read(q, json_str(position, "alarms", NULL), out))
        return -1;
    q->call->progress(q->call, 1, 3, "read the alarms; reading their history");
    alarm_read_histories(q, json_str(position, "history", NULL));
    q->call->progress(q->call, 2, 3, "reading their metrics");
    alarm_read_metrics(q);
    alarm_judge(q);
    alarm_describe(q);
    alarm_tell(q);
    return envelope_answer(&q->answer, q->session, out);
}

static int run(const struct tool_call *call, struct tool_answer *out, struct err *e)
{
    auto_free struct alarm_inquiry *q = xcalloc(1, sizeof *q);
    q->call = call;
    q->now_ms = clock_wall_ms();
    q->alarms = json_array();
    int rc = tool_begin(call, "get_cloudwatch_alarm", &q->session, &q->answer, out) ? -1 : inquire(q, out, e);
    inquiry_done(q);
    return tool_end(call, out, rc);
}

const struct tool tool_get_cloudwatch_alarm = {
    .name = "get_cloudwatch_alarm",
    .document = document,
    .document_len = sizeof document - 1,
    .writes = false,
    .run = run,
};
