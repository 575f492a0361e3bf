/* What a composite alarm is made of, down to the metric alarms that set it off. */
#include "tools/alarm/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/coverage.h"

#include <stdlib.h>
#include <string.h>

#define RECENT_WHEN_QUIET 3 /* leaves shown when none is in ALARM (any more) */

static void note_child(struct alarm_inquiry *q, json_t *seen, const char *parent, const json_t *child, bool composite,
                       int depth)
{
    const char *name = alarm_name_of(child);
    if (!name[0] || json_object_get(seen, name))
        return; /* composites may name each other in a circle */
    if (json_array_size(q->children) >= ALARM_CHILDREN_MAX) {
        q->children_complete = false;
        return;
    }
    json_put(seen, name, json_true());
    json_t *o = json_object();
    json_put_str(o, "name", name);
    json_put_str(o, "type", composite ? "composite" : "metric");
    json_put_str(o, "state", alarm_state_of(child));
    json_put_time(o, "since", aws_time_ms(child, "StateUpdatedTimestamp"));
    json_put_int(o, "depth", depth);
    json_put_str(o, "parent", parent);
    json_array_append_new(q->children, o);
}

static void note_page(struct alarm_inquiry *q, json_t *seen, const char *parent, const json_t *page, int depth)
{
    size_t i;
    json_t *child;
    json_array_foreach(json_arr(page, "CompositeAlarms"), i, child)
        note_child(q, seen, parent, child, true, depth);
    json_array_foreach(json_arr(page, "MetricAlarms"), i, child)
        note_child(q, seen, parent, child, false, depth);
    if (json_str(page, "NextToken", NULL))
        q->children_complete = false;
}

/* Asks for the children of all composites of one level at once. */
static void read_level(struct alarm_inquiry *q, json_t *seen, const json_t *parents, int depth, json_t *source)
{
    size_t n = json_array_size(parents);
    auto_free struct aws_item *items = xcalloc(n + 1, sizeof *items);
    json_auto_t *inputs = json_array();
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(
            inputs, json_pack("{s:O, s:i}", "ChildrenOfAlarmName", json_array_get(parents, i), "MaxRecords", 100));
        items[i] = (struct aws_item){.op = &aws_cloudwatch_describe_alarms, .input = json_array_get(inputs, i)};
    }
    aws_invoke_all(q->session, items, n);
    for (size_t i = 0; i < n; i++) {
        size_t before = json_array_size(q->children);
        if (!items[i].output) {
            coverage_fault(source, &items[i].fault);
            q->children_complete = false;
            continue;
        }
        note_page(q, seen, json_string_value(json_array_get(parents, i)), items[i].output, depth);
        coverage_read(source, 1, (int64_t)(json_array_size(q->children) - before), 0, q->children_complete);
        json_decref(items[i].output);
    }
    json_put_flag(source, "complete", q->children_complete);
}

static json_t *composites_of_level(const json_t *children, int depth)
{
    json_t *out = json_array();
    size_t i;
    json_t *c;
    json_array_foreach(children, i, c) {
        if (json_int(c, "depth", 0) == depth && !strcmp(json_str(c, "type", ""), "composite"))
            json_array_append(out, json_object_get(c, "name"));
    }
    return out;
}

static int newer_first(const void *a, const void *b)
{
    return -strcmp(json_str(*(json_t *const *)a, "since", ""), json_str(*(json_t *const *)b, "since", ""));
}

/* The leaves in ALARM; if there are none, those that changed last. Names, newest change first. */
static json_t *leaves_that_matter(struct alarm_inquiry *q)
{
    json_t *leaves[ALARM_CHILDREN_MAX];
    size_t n = 0, on = 0, i;
    json_t *c;
    for (int pass = 0; pass < 2 && !on; pass++) {
        n = 0;
        json_array_foreach(q->children, i, c) {
            bool alarm = !strcmp(json_str(c, "state", ""), "ALARM");
            if (!strcmp(json_str(c, "type", ""), "metric") && (alarm || pass))
                leaves[n++] = c;
        }
        on = pass ? 0 : n;
    }
    qsort(leaves, n, sizeof *leaves, newer_first);
    size_t room = on ? ALARM_DETAILS_MAX - 1 : RECENT_WHEN_QUIET;
    json_t *names = json_array();
    for (i = 0; i < n && i < room; i++)
        json_array_append(names, json_object_get(leaves[i], "name"));
    if (on > room)
        envelope_warn(&q->answer, "alarms_left_out", "%zu more alarms below it are in ALARM", on - room);
    return names;
}

static void read_leaves(struct alarm_inquiry *q, json_t *names)
{
    json_t *source = coverage_source(envelope_sources(&q->answer), "cloudwatch:DescribeAlarms:leaves");
    json_auto_t *in = json_pack("{s:O, s:[s], s:i}", "AlarmNames", names, "AlarmTypes", "MetricAlarm", "MaxRecords", 100);
    json_auto_t *page = NULL;
    struct aws_fault f = {0};
    if (aws_invoke(q->session, &aws_cloudwatch_describe_alarms, in, &page, &f)) {
        coverage_fault(source, &f);
        return;
    }
    const json_t *found = json_arr(page, "MetricAlarms");
    coverage_read(source, 1, (int64_t)json_array_size(found), 0, true);
    for (size_t i = 0; i < json_array_size(names); i++) {
        size_t k;
        json_t *a;
        json_array_foreach(found, k, a) {
            if (!strcmp(alarm_name_of(a), json_string_value(json_array_get(names, i))))
                json_array_append(q->alarms, a);
        }
    }
}

void alarm_read_children(struct alarm_inquiry *q, const json_t *composite)
{
    json_t *source = coverage_source(envelope_sources(&q->answer), "cloudwatch:DescribeAlarms:children");
    q->children = json_array();
    q->children_complete = true;
    json_auto_t *seen = json_pack("{s:b}", alarm_name_of(composite), true);
    json_t *level = json_pack("[s]", alarm_name_of(composite));
    for (int depth = 1; depth <= ALARM_DEPTH_MAX && json_array_size(level); depth++) {
        read_level(q, seen, level, depth, source);
        json_decref(level);
        level = composites_of_level(q->children, depth);
    }
    q->children_complete = q->children_complete && !json_array_size(level);
    json_decref(level);
    if (!q->children_complete)
        envelope_warn(&q->answer, "children_cut", "Not all alarms below it were looked at (at most %d, %d levels deep)",
                      ALARM_CHILDREN_MAX, ALARM_DEPTH_MAX);
    json_auto_t *names = leaves_that_matter(q);
    if (json_array_size(names))
        read_leaves(q, names);
}
