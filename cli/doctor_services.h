/* The part of `doctor` that knocks at each service the tools ask. */
#ifndef LW_CLI_DOCTOR_SERVICES_H
#define LW_CLI_DOCTOR_SERVICES_H

#include "cli/command.h"
#include "cli/doctor_report.h"

/* One harmless read of each service of AWS. Services that not every lake has may deny it: that is a note. */
void doctor_services(struct doctor_report *r, struct program *p, struct stop *stop);

/* ServiceNow, where one is set, and the program that speaks to brokers of Kafka. */
void doctor_beside_aws(struct doctor_report *r, struct program *p, const struct settings *s, struct stop *stop);

#endif
