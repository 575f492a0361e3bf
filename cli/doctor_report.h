/* What `doctor` found: a list of checks, printed for people or as JSON. */
#ifndef LW_CLI_DOCTOR_REPORT_H
#define LW_CLI_DOCTOR_REPORT_H

#include <jansson.h>
#include <stdbool.h>

enum finding { FINDING_OK, FINDING_NOTE, FINDING_BAD };

struct doctor_report {
    json_t *checks;
    int bad;
};

/* An empty report; end it with doctor_report_done. */
void doctor_report_init(struct doctor_report *r);
void doctor_report_done(struct doctor_report *r);

/* One check: what, how it went, what was seen, and for anything but good what to do (else NULL). */
void doctor_report_add(struct doctor_report *r, const char *what, enum finding finding, const char *seen, const char *todo);

/* To stdout: a line or two per check and a verdict, or one JSON object {ok, checks}. */
void doctor_report_print(const struct doctor_report *r, bool as_json);

#endif
