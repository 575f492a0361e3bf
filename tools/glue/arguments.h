/* What may be passed to a Glue run on somebody's behalf. Whoever can set `--extra-py-files` runs code of their own with
   the job's role: such arguments are never passed by us, whoever asks. */
#ifndef LW_TOOLS_GLUE_ARGUMENTS_H
#define LW_TOOLS_GLUE_ARGUMENTS_H

#include "base/err.h"

#include <jansson.h>

/* Checks overrides (an object of strings; may be NULL): each must be a key the job or the run already has, must not be fixed
   by the job, load code, belong to Glue, or name a secret. Returns 0, or -1 and ERR_INVALID naming key and reason. */
int glue_overrides_check(const json_t *job, const json_t *run, const json_t *overrides, struct err *e);

/* The run's own argument that loads code and differs from the job's default, or NULL. A retry could not pass it, and
   without it would not be the same run. Borrowed. */
const char *glue_run_code_argument(const json_t *job, const json_t *run);

/* What to pass so that the run sees what it saw before, and the overrides: the run's arguments where they differ from the
   job's defaults (equal ones are left to the job). New reference to an object, maybe empty. */
json_t *glue_arguments_to_pass(const json_t *job, const json_t *run, const json_t *overrides);

#endif
