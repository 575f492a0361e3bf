/* An incident as the instance holds it. */
#ifndef LW_TOOLS_SERVICENOW_TICKET_H
#define LW_TOOLS_SERVICENOW_TICKET_H

#include "tools/servicenow/servicenow.h"

#include <stdbool.h>
#include <stdint.h>

#define TICKET_TABLE "incident"

/* The states of a stock instance. */
enum ticket_state {
    TICKET_NEW = 1,
    TICKET_IN_PROGRESS = 2,
    TICKET_ON_HOLD = 3,
    TICKET_RESOLVED = 6,
    TICKET_CLOSED = 7,
    TICKET_CANCELED = 8
};

/* "In Progress"; "state 42" becomes "another state". Never NULL. */
const char *ticket_state_name(int state);

/* Whether this program moves a ticket from one to the other. Reopening, and closing what is not resolved, are a person's. */
bool ticket_may_move(int from, int to);

/* Reads one by sys_id, or by number where `sys_id` is NULL: {field: {value, display_value}}, new reference. Returns 0, or -1
   and `f` (ERR_NOT_FOUND when there is none). */
int ticket_read(struct servicenow *s, const char *sys_id, const char *number, struct stop *stop, json_t **ticket,
                struct aws_fault *f);

/* What a field holds, and what people see of it; "" when empty. Borrowed. */
const char *ticket_value(const json_t *ticket, const char *field);
const char *ticket_shown(const json_t *ticket, const char *field);

/* An enum ticket_state, or another number of the instance's own; how often it was changed, -1 where that is not told. */
int ticket_state_of(const json_t *ticket);
int64_t ticket_mod_count(const json_t *ticket);

/* 32 lower-case hex digits. */
bool ticket_is_sys_id(const char *s);

#endif
