/* The part of `doctor` that asks who we are to AWS. */
#ifndef LW_CLI_DOCTOR_IDENTITY_H
#define LW_CLI_DOCTOR_IDENTITY_H

#include "cli/command.h"
#include "cli/doctor_report.h"

/* Region, credentials, and each role of --read-role-arn and --write-role-arn. Where there are no credentials, each provider
   that was asked has a line with what it said and what to do. Returns whether AWS can be asked at all. */
bool doctor_identity(struct doctor_report *r, struct program *p, const struct settings *s, struct stop *stop);

#endif
