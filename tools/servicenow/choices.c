/* What the instance knows: its choices for a field, its people and its groups. */
#include "tools/servicenow/update.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/coverage.h"

#include <string.h>

#define CHOICES_MAX 100

void ticket_cover(struct ticket_update *u, const char *source, const struct aws_fault *f, int64_t items)
{
    json_t *o = coverage_source(envelope_sources(&u->answer), source);
    if (f)
        coverage_fault(o, f);
    else if (items)
        coverage_read(o, 1, items, 0, true);
    else
        coverage_absent(o);
}

/* "Solved (Permanently), Solved (Work Around)" */
static char *labels_of(const json_t *rows)
{
    struct buf b = BUF_INIT(300);
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
        buf_addf(&b, "%s%s", i ? ", " : "", json_str(row, "label", json_str(row, "value", "")));
    return buf_steal(&b, NULL);
}

const char *ticket_choice(struct ticket_update *u, const char *field, const char *wanted, json_t **keep)
{
    auto_free char *condition = xasprintf("%s_known", field);
    auto_free char *query = servicenow_search("value,label", CHOICES_MAX, "nameIN%s,task^element=%s^inactive=false", TICKET_TABLE,
                                              field);
    struct aws_fault f = {0};
    if (servicenow_query(u->now, "sys_choice", query, u->call->stop, keep, &f)) {
        ticket_cover(u, "servicenow:sys_choice", &f, 0);
        gate_hold(&u->gate, condition, true, "%s could not be checked: the instance does not let its choices be read", wanted);
        return wanted;
    }
    ticket_cover(u, "servicenow:sys_choice", NULL, (int64_t)json_array_size(*keep));
    size_t i;
    json_t *row;
    json_array_foreach(*keep, i, row) {
        if (text_iequal(json_str(row, "value", ""), wanted) || text_iequal(json_str(row, "label", ""), wanted)) {
            gate_hold(&u->gate, condition, true, "%s is one of the instance's", json_str(row, "label", wanted));
            return json_str(row, "value", wanted);
        }
    }
    if (!json_array_size(*keep)) {
        gate_hold(&u->gate, condition, true, "the instance lists no choices for %s", field);
        return wanted;
    }
    auto_free char *known = labels_of(*keep);
    gate_hold(&u->gate, condition, false, "\"%s\" is not one of this instance's: %s", wanted, known);
    return NULL;
}

const char *ticket_person(struct ticket_update *u, const char *table, const char *field, const char *wanted, json_t **keep)
{
    bool user = !strcmp(table, "sys_user");
    auto_free char *condition = xasprintf("%s_known", field);
    auto_free char *source = xasprintf("servicenow:%s", table);
    if (strcasestr(wanted, "javascript:")) { /* an encoded query runs what stands behind it */
        gate_hold(&u->gate, condition, false, "\"%s\" is a script, not a name", wanted);
        return NULL;
    }
    auto_free char *match = ticket_is_sys_id(wanted) ? xasprintf("sys_id=%s", wanted)
                            : user ? xasprintf("user_name=%s^ORemail=%s^ORname=%s", wanted, wanted, wanted)
                                   : xasprintf("name=%s", wanted);
    auto_free char *query = servicenow_search("sys_id,name", 2, "%s^active=true", match);
    struct aws_fault f = {0};
    if (servicenow_query(u->now, table, query, u->call->stop, keep, &f)) {
        ticket_cover(u, source, &f, 0);
        gate_hold(&u->gate, condition, false, "\"%s\" could not be looked up: %s", wanted, f.message);
        return NULL;
    }
    size_t n = json_array_size(*keep);
    ticket_cover(u, source, NULL, (int64_t)n);
    const json_t *row = json_array_get(*keep, 0);
    gate_hold(&u->gate, condition, n == 1, n == 0 ? "there is no active %s \"%s\"" : n == 1 ? "%s \"%s\" exists" :
              "more than one active %s is called \"%s\"; give a sys_id", user ? "user" : "group", wanted);
    return n == 1 ? json_str(row, "sys_id", NULL) : NULL;
}
